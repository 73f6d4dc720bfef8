"""The way in over HTTP: who asks, what for, how often, and how it is refused."""
