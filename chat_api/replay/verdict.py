"""The verdict on a run, which follows from the script and the transcript alone."""

from collections.abc import Iterator
from typing import NamedTuple

from chat_api.replay.checks import (
    Finding,
    check_arguments,
    check_claims,
    check_reply,
    check_rows,
    check_tools,
    check_unchanged,
)
from chat_api.replay.placeholders import PlaceholderValues, fill
from chat_api.replay.play import FINISHED, Transcript, TurnRecord
from chat_api.replay.script import ExpectedOutcome, FinalRow, ScriptConversation, ScriptTurn

Findings = dict[str, Finding]

FINAL_ROWS = "final rows"
OTHER_USER = "other user's rows"
ROWS = (FINAL_ROWS, OTHER_USER)
ASPECTS = ("end", "tools", "arguments", "reply", "claims")


class Aspect(NamedTuple):
    """What of a turn a finding is about; turns count from 1."""

    turn: int
    name: str

    def __str__(self) -> str:
        """Return the name of the finding in a report."""
        return f"turn {self.turn} {self.name}"


def judge(conversation: ScriptConversation, transcript: Transcript) -> Findings:
    """Return everything that was checked in a run, by name."""
    turns = zip(conversation.turns, transcript.turns, strict=True)
    findings: Findings = {}
    for number, (turn, record) in enumerate(turns, 1):
        for name, finding in judge_turn(turn, record, transcript.other_user_name).items():
            findings[str(Aspect(number, name))] = finding
    return findings | dict(_row_findings(conversation, transcript))


def judge_turn(turn: ScriptTurn, record: TurnRecord, other_user: str = "") -> Findings:
    """Return what was checked of a turn, by the outcome and the day that come nearest."""
    tried = [
        _judge_outcome(_filled_outcome(outcome, PlaceholderValues(day, other_user)), record)
        for outcome in turn.outcomes
        for day in record.days
    ]
    return min(tried, key=_distance)


def _judge_outcome(outcome: ExpectedOutcome, record: TurnRecord) -> Findings:
    judged = outcome.claims == "judged"
    found = {
        "end": _check_end(outcome, record),
        "tools": check_tools(outcome, record.calls),
        "arguments": check_arguments(outcome, record.calls),
        "reply": check_reply(outcome.reply, record.reply),
        "claims": check_claims(record.reply, record.calls) if judged else None,
    }
    return {name: finding for name, finding in found.items() if finding is not None}


def _check_end(outcome: ExpectedOutcome, record: TurnRecord) -> Finding:
    expected = outcome.refused or FINISHED
    return Finding.of([] if record.ended == expected else [f"- {expected}", f"+ {record.ended}"])


def _row_findings(
    conversation: ScriptConversation, transcript: Transcript
) -> Iterator[tuple[str, Finding]]:
    if conversation.final == "unchanged":
        yield FINAL_ROWS, check_unchanged(transcript.tasks)
    elif conversation.final is not None:
        yield FINAL_ROWS, _check_final(conversation.final, transcript)
    if conversation.other_user:
        yield OTHER_USER, check_unchanged(transcript.other_user)


def _check_final(final: list[FinalRow], transcript: Transcript) -> Finding:
    tried = [
        check_rows(
            [_filled_row(row, PlaceholderValues(day)) for row in final], transcript.tasks.after
        )
        for day in transcript.days
    ]
    return min(tried, key=lambda finding: len(finding.lines))


def _filled_row(row: FinalRow, values: PlaceholderValues) -> FinalRow:
    return FinalRow.model_validate(fill(row.model_dump(exclude_unset=True), values))


def _filled_outcome(outcome: ExpectedOutcome, values: PlaceholderValues) -> ExpectedOutcome:
    fields = outcome.model_dump(by_alias=True, exclude_unset=True)
    return ExpectedOutcome.model_validate(fill(fields, values))


def _distance(findings: Findings) -> tuple[bool, int, int]:
    failed = [finding for finding in findings.values() if not finding.passed]
    wrong_tools = "tools" in findings and not findings["tools"].passed
    return wrong_tools, len(failed), sum(len(finding.lines) for finding in failed)
