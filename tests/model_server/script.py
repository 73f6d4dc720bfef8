"""What the model answers: what a test scripted, or what the last user message asks for."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

REPLY = "Here is a fixed reply that comes in several pieces."
DONE = "Done, as the tools have reported."

_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_LATE = "late "
_THEN = "then "
_ON_TEXT = {"cut", "truncated"}
_ON_CALLS = {"cut-tool"}


@dataclass(frozen=True)
class Call:
    name: str
    arguments: str


@dataclass(frozen=True)
class Answer:
    """One answer of the model; `pause` is in seconds, between deltas."""

    text: str | None = None
    calls: tuple[Call, ...] = ()
    fault: str | None = None
    pause: float = 0
    reasoning: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Prompt:
    """The last user message, and how many tool results came after it."""

    text: str
    results: int
    length: int


def say(text: str) -> Answer:
    return Answer(text=text)


def call(name: str, arguments: Mapping[str, Any] | str = "{}") -> Answer:
    """Answer with a tool call; arguments given as a string are sent as they are."""
    raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return Answer(calls=(Call(name, raw),))


def calls(*answers: Answer) -> Answer:
    """Answer with several tool calls at once."""
    return Answer(calls=tuple(each for answer in answers for each in answer.calls))


def fault(name: str, answer: Answer | None = None) -> Answer:
    """Let `answer` go wrong in the way that `name`, a key of `faults.FAULTS`, says."""
    usual = call("add_task", {"title": "Buy oat milk"}) if name in _ON_CALLS else say(REPLY)
    return replace(answer or usual, fault=name)


_ANSWERS = {
    "endless": call("list_tasks"),
    "empty": Answer(),
    "unknown-tool": call("no_such_tool"),
    "malformed-arguments": call("add_task", '{"title": "Buy oat milk'),
}


def improvise(prompt: Prompt) -> Answer:
    """Answer by the words of the user's message, so that it works from another process."""
    words = [_due(word, prompt) for word in _BRACKETS.findall(prompt.text)]
    answer = _plain(_BRACKETS.sub("", prompt.text), prompt.results)
    for word in filter(None, words):
        answer = _with(answer, word, prompt)
    return answer


def _due(word: str, prompt: Prompt) -> str | None:
    if not word.startswith(_LATE):
        return word
    return word.removeprefix(_LATE) if prompt.results else None


def _with(answer: Answer, word: str, prompt: Prompt) -> Answer:
    name, _, number = word.partition(" ")
    if name == "slow" and number.isdigit():
        return replace(answer, pause=int(number) / 1000)
    if name == "reasoning":
        return replace(answer, reasoning=True)
    if name in _ANSWERS:
        return answer if prompt.results and name not in {"endless", "empty"} else _ANSWERS[name]
    if name in _ON_CALLS and not prompt.results:
        return fault(name, answer if answer.calls else None)
    if name in _ON_CALLS or (name in _ON_TEXT and answer.calls):
        return answer
    return replace(answer, fault=name)


def _plain(text: str, results: int) -> Answer:
    """Call what the lines say; one that begins with "then" waits for the results of those above."""
    answered = 0
    for together in _rounds(text):
        if together.calls and answered == results:
            return together
        answered += len(together.calls)
    return say(DONE if results else REPLY)


def _rounds(text: str) -> list[Answer]:
    rounds: list[list[Answer]] = [[]]
    for line in map(str.strip, text.splitlines()):
        if line.startswith(_THEN):
            rounds.append([])
        command = _command(line.removeprefix(_THEN))
        rounds[-1] += [command] if command else []
    return [calls(*together) for together in rounds]


def _command(line: str) -> Answer | None:
    verb, _, rest = line.partition(" ")
    match verb.lower():
        case "add" if rest:
            return call("add_task", {"title": rest})
        case "list":
            return call("list_tasks", {"status": "all"})
        case "call" if rest:
            name, _, arguments = rest.partition(" ")
            return call(name, arguments or "{}")
        case _:
            return None
