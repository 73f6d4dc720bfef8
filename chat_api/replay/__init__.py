"""Scripted conversations, replayed against a running service and judged."""
