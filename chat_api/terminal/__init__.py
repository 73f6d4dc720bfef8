"""The chat in a terminal: a client of the API like any other."""
