"""What a client's program is asked, and how it answers: a line of JSON for each step.

Of Python's own library alone: some clients live in environments that have nothing of ours.
"""

import json
import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class Order:
    """Where the server is, as whom to come, in which revision, and which tools to call.

    Over HTTP the server is at `url` and takes `token`; over stdio `command` starts it with
    `environment`, and `url` is empty.
    """

    url: str
    token: str
    command: list[str]
    environment: dict[str, str]
    revision: str
    calls: list[tuple[str, dict[str, Any]]]

    @property
    def bearer(self) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def mode(self) -> str:
        """The revision as the Python clients that know both eras choose it."""
        return "auto" if self.revision >= "2026" else "legacy"


def read_order() -> Order:
    """Read what this program is asked to do."""
    return Order(**json.load(sys.stdin))


def say(**step: Any) -> None:
    """Answer one step."""
    sys.stdout.write(json.dumps(step) + "\n")
    sys.stdout.flush()


async def say_if_refused(answer: Any) -> None:
    """Answer the step without a token, as a hook of whatever HTTP client there is."""
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        say(refused=answer.status_code)
