"""A model vendor on a loopback port: both wire formats, scripted answers, real faults."""

from tests.model_server.app import ModelServer, Seen
from tests.model_server.fixture import running_model_server
from tests.model_server.script import Answer, call, calls, fault, say

__all__ = [
    "Answer",
    "ModelServer",
    "Seen",
    "call",
    "calls",
    "fault",
    "running_model_server",
    "say",
]
