"""Whether the reply says what it has to, and nothing that it must not."""

import re
from collections.abc import Iterator, Sequence

from chat_api.agent.claim_check import unsupported_claims
from chat_api.events import ToolCall
from chat_api.replay.finding import Finding, shown
from chat_api.replay.matching import plain
from chat_api.replay.script import ExpectedReply


def check_reply(expected: ExpectedReply | None, reply: str) -> Finding | None:
    """Compare the words of a reply; None where they don't matter."""
    if expected is None:
        return None
    wrong = list(_wrong(expected, reply))
    return Finding.of([*wrong, f"+ {shown(reply)}"] if wrong else [])


def check_claims(reply: str, calls: Sequence[ToolCall]) -> Finding:
    """Compare what the reply says was done with what was."""
    done = [call for call in calls if not call.is_error]
    lines = [f"+ {shown(clause)}" for clause in unsupported_claims(reply, done)]
    return Finding.of(["- claims only what a tool did", *lines] if lines else [])


def _wrong(expected: ExpectedReply, reply: str) -> Iterator[str]:
    said = plain(reply)
    for wanted in expected.contains:
        choices = wanted if isinstance(wanted, list) else [wanted]
        if not any(plain(choice) in said for choice in choices):
            yield f"- contains {' or '.join(shown(choice) for choice in choices)}"
    for unwanted in expected.excludes:
        if plain(unwanted) in said:
            yield f"- does not contain {shown(unwanted)}"
    if expected.matches and not re.search(expected.matches, said, re.IGNORECASE):
        yield f"- matches {expected.matches}"
    if expected.asks and "?" not in reply:
        yield "- asks a question"
