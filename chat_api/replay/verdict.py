"""The verdict on a run: pure, from the script and what was heard alone."""

from collections.abc import Iterator
from typing import NamedTuple

from chat_api.replay.calls import check_arguments, check_tools
from chat_api.replay.finding import Finding
from chat_api.replay.placeholders import Known, fill
from chat_api.replay.reply_text import check_claims, check_reply
from chat_api.replay.rows import check_rows, check_unchanged
from chat_api.replay.script import Conversation, FinalRow, Outcome, Turn
from chat_api.replay.transcript import FINISHED, Transcript, TurnRecord

Findings = dict[str, Finding]

FINAL_ROWS = "final rows"
NEIGHBOUR = "neighbour's rows"
ROWS = (FINAL_ROWS, NEIGHBOUR)
ASPECTS = ("end", "tools", "arguments", "reply", "claims")


class Aspect(NamedTuple):
    """What of a turn a finding is about; turns count from 1."""

    turn: int
    name: str

    def __str__(self) -> str:
        """Name the finding in a report."""
        return f"turn {self.turn} {self.name}"


def judge(conversation: Conversation, heard: Transcript) -> Findings:
    """Return all that was checked in a run, by name."""
    turns = zip(conversation.turns, heard.turns, strict=True)
    findings: Findings = {}
    for number, (turn, said) in enumerate(turns, 1):
        for name, finding in judge_turn(turn, said, heard.neighbour_name).items():
            findings[str(Aspect(number, name))] = finding
    return findings | dict(_rows(conversation, heard))


def judge_turn(turn: Turn, heard: TurnRecord, neighbour: str = "") -> Findings:
    """Return what was checked of a turn, by the outcome and the day that come nearest."""
    tried = [
        _judge(Outcome.model_validate(fill(_plain(outcome), Known(day, neighbour))), heard)
        for outcome in turn.outcomes
        for day in heard.days
    ]
    return min(tried, key=_distance)


def _judge(outcome: Outcome, heard: TurnRecord) -> Findings:
    found = {
        "end": _check_end(outcome, heard),
        "tools": check_tools(outcome, heard.calls),
        "arguments": check_arguments(outcome, heard.calls),
        "reply": check_reply(outcome.reply, heard.reply),
        "claims": check_claims(heard.reply, heard.calls) if outcome.claims == "judged" else None,
    }
    return {name: finding for name, finding in found.items() if finding is not None}


def _check_end(outcome: Outcome, heard: TurnRecord) -> Finding:
    wanted = outcome.refused or FINISHED
    return Finding.of([] if heard.ended == wanted else [f"- {wanted}", f"+ {heard.ended}"])


def _rows(conversation: Conversation, heard: Transcript) -> Iterator[tuple[str, Finding]]:
    if conversation.final == "unchanged":
        yield FINAL_ROWS, check_unchanged(heard.tasks)
    elif conversation.final is not None:
        yield FINAL_ROWS, _check_final(conversation.final, heard)
    if conversation.neighbour:
        yield NEIGHBOUR, check_unchanged(heard.neighbour)


def _check_final(final: list[FinalRow], heard: Transcript) -> Finding:
    tried = [
        check_rows([_filled(row, Known(day)) for row in final], heard.tasks.after)
        for day in heard.days
    ]
    return min(tried, key=lambda finding: len(finding.lines))


def _filled(row: FinalRow, known: Known) -> FinalRow:
    return FinalRow.model_validate(fill(row.model_dump(exclude_unset=True), known))


def _plain(outcome: Outcome) -> dict[str, object]:
    return outcome.model_dump(by_alias=True, exclude_unset=True)


def _distance(findings: Findings) -> tuple[bool, int, int]:
    failed = [finding for finding in findings.values() if not finding.passed]
    wrong_tools = "tools" in findings and not findings["tools"].passed
    return wrong_tools, len(failed), sum(len(finding.lines) for finding in failed)
