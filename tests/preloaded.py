"""What the programs of tests/forking.py would do first, done once for all: rules and weights."""

from chat_api import assistant

assistant.load()
