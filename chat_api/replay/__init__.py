"""Replaying scripted conversations against the running service, and judging what it did."""
