"""What is needed to read a clause."""

from dataclasses import dataclass
from datetime import date

from chat_api.assistant.normalise import Masked


@dataclass(frozen=True)
class Sentence:
    """A plain clause, with what is needed to read its slots."""

    clause: str
    masked: Masked
    today: date
