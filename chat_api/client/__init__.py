"""The HTTP client of our own API, which the terminal chat and the replay share."""
