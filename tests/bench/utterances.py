"""Sentences with what they ask for, and how the built-in assistant reads them."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chat_api.assistant.commands import (
    Add,
    Change,
    Command,
    Complete,
    Delete,
    Everything,
    Intent,
    Named,
    Offer,
    intent_of,
)
from chat_api.assistant.contract import (
    CompletedCall,
    ToolCall,
    ToolCalls,
    ToolResult,
    Transcript,
    TranscriptTurn,
)
from chat_api.assistant.interpret import interpret
from chat_api.assistant.plan import decide
from tests.assistant.task_server import ARGUMENTS, Tasks

SENTENCES = Path(__file__).with_name("sentences.jsonl")
"""The sentences that the built-in assistant is developed with."""
TODAY = date(2026, 11, 21)
ACTS = frozenset({"complete", "delete", "update"})
_WRITES = frozenset(ARGUMENTS) - {"list_tasks"}
_TITLES = ("Buy milk", "Call the dentist", "Team meeting", "Water the plants")
_MOST_STEPS = 10
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Utterance:
    """A sentence, the intents that count as right, and a title where a person gave one."""

    source: str
    text: str
    intent: Intent
    accept: frozenset[str]
    title: str | None
    vague: bool


@dataclass(frozen=True)
class Verdict:
    """How a sentence was read: the intents, the titles, whether it asked back, and the time."""

    intents: frozenset[str]
    title: str
    asked: bool
    seconds: float


def utterances(path: Path) -> Iterator[Utterance]:
    """Read a file of one JSON object a line: source, text, intent; accept, slots, flags if any.

    `vague` flags a sentence whose target is missing or vague. In a file that never flags it, it is
    one that completes, deletes or updates without a title or a number.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    flagged = any("vague" in row.get("flags", ()) for row in rows)
    for row in rows:
        title, flags = row.get("slots", {}).get("title"), row.get("flags", ())
        unnamed = row["intent"] in ACTS and not title and not re.search(r"\d", row["text"])
        silver = "silver_slots" in flags
        yield Utterance(
            source=row["source"],
            text=row["text"],
            intent=row["intent"],
            accept=frozenset(row.get("accept", [row["intent"]])),
            title=None if silver or row["intent"] == "list" else title,
            vague="vague" in flags if flagged else unnamed and not flags,
        )


def judge(utterance: Utterance) -> Verdict:
    """Let the built-in assistant read a sentence, without any conversation before it."""
    began = time.process_time()
    commands = interpret(utterance.text, TODAY)
    seconds = time.process_time() - began
    return Verdict(
        intents=frozenset(intent_of(command) for command in commands),
        title=" and ".join(_titles(commands)),
        asked=utterance.vague and asks(utterance.text),
        seconds=seconds,
    )


def asks(text: str) -> bool:
    """Whether a sentence ends in a question to the person, with some tasks on the list.

    Nothing may have been written by then, and the answer is awaited.
    """
    tasks, turn = Tasks(), TranscriptTurn(text)
    for title in _TITLES:
        tasks.add_task(title)
    for _ in range(_MOST_STEPS):
        decision = decide(Transcript((turn,)), TODAY, frozenset(ARGUMENTS))
        if not isinstance(decision, ToolCalls):
            return decision.question is not None and "?" in decision.text
        if any(call.name in _WRITES for call in decision.calls):
            return False
        turn = TranscriptTurn(text, (*turn.done, *(_done(call, tasks) for call in decision.calls)))
    return False


def _done(call: ToolCall, tasks: Tasks) -> CompletedCall:
    return CompletedCall(call, ToolResult(tasks.list_tasks(**call.arguments)))


def _titles(commands: tuple[Command, ...]) -> Iterator[str]:
    for command in commands:
        match command:
            case Add(title):
                yield title
            case Offer(adds):
                yield from (add.title for add in adds)
            case Complete(targets) | Delete(targets) | Change(targets):
                yield from (target.words for target in targets if isinstance(target, Named))
                yield from (
                    target.wanted.query or ""
                    for target in targets
                    if isinstance(target, Everything)
                )


def plain(title: str) -> str:
    """Return a title as it is compared: upper or lower case and punctuation make no difference."""
    low = title.casefold().replace("to-do", "to do").replace("todo", "to do")
    return " ".join(low.split()).strip(" .!?\"'")


def overlap(got: str, wanted: str) -> float:
    """Return the F1 of the words of two titles."""
    mine, theirs = Counter(_WORD.findall(plain(got))), Counter(_WORD.findall(plain(wanted)))
    shared = sum((mine & theirs).values())
    return 2 * shared / (sum(mine.values()) + sum(theirs.values())) if shared else 0.0
