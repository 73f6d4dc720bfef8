"""The verdict on recorded turns."""

from datetime import timedelta
from typing import Any

import pytest

from chat_api.replay.verdict import judge, judge_turn
from tests.replay.records import TODAY, call, conversation, record, row, transcript, turn

MILK = row(1, "Buy milk")
RENT = row(2, "Pay rent", due_on="2026-11-22", tags=["home"])


def failed(expected_turn: Any, actual: Any) -> list[str]:
    return [
        name for name, finding in judge_turn(expected_turn, actual).items() if not finding.passed
    ]


def rows_failed(final: Any, **rows: Any) -> list[str]:
    scripted = conversation(turn(calls=[]), final=final, other_user=rows.pop("other_user", []))
    found = judge(scripted, transcript(record(), **rows))
    return [name for name, finding in found.items() if not finding.passed]


@pytest.mark.requirement("FR-REPLAY-022")
@pytest.mark.parametrize(
    ("expected", "reply", "passed"),
    [
        ({"contains": ["Buy milk", ["task 1", "#1"]]}, "**#1** buy milk", True),
        ({"contains": ["Buy milk", ["task 1", "#1"]]}, "Buy milk", False),
        ({"excludes": ["rent"]}, "Pay Rent", False),
        ({"excludes": ["rent"]}, "Buy milk", True),
        ({"matches": r"\b(2|two)\b"}, "You have Two tasks.", True),
        ({"matches": r"\b(2|two)\b"}, "You have 12 tasks.", False),
        ({"asks": True}, "Which one?", True),
        ({"asks": True}, "Tell me which one.", False),
        ({"contains": ["{{today+1}}"]}, "due 2026-11-22", True),
    ],
)
def test_a_reply_says_what_it_has_to(expected: dict[str, Any], reply: str, passed: bool) -> None:
    assert failed(turn(reply=expected), record(reply)) == ([] if passed else ["reply"])


@pytest.mark.requirement("FR-REPLAY-023")
def test_claims_are_judged_unless_the_script_ignores_them() -> None:
    actual = record("I've added it.")
    assert failed(turn(calls=[]), actual) == ["claims"]
    assert failed(turn(calls=[], claims="ignored"), actual) == []


@pytest.mark.requirement("FR-REPLAY-025")
def test_any_of_several_outcomes_is_right_and_the_nearest_is_told() -> None:
    asks = {"calls": [], "reply": {"asks": True}}
    does = {"calls": [{"tool": "delete_task", "exactly": {"task_id": 1}}]}
    expected_turn = turn(any_of=[asks, does])
    assert failed(expected_turn, record("Which one?")) == []
    assert failed(expected_turn, record("Deleted.", call("delete_task", task_id=1))) == []
    assert failed(expected_turn, record("Deleted.", call("delete_task", task_id=2))) == [
        "arguments"
    ]
    assert failed(expected_turn, record("No.")) == ["reply"]


@pytest.mark.requirement("FR-REPLAY-002")
def test_a_turn_over_midnight_may_mean_either_day() -> None:
    tomorrow = {"tool": "add_task", "exactly": {"due_on": "{{today+1}}"}}
    days = [TODAY, TODAY + timedelta(days=1)]
    for due, right in [("2026-11-22", True), ("2026-11-23", True), ("2026-11-24", False)]:
        actual = record("", call("add_task", due_on=due), days=days)
        assert failed(turn(calls=[tomorrow]), actual) == ([] if right else ["arguments"])


@pytest.mark.requirement("FR-REPLAY-026")
def test_a_turn_that_ends_early_passes_only_by_its_code() -> None:
    assert failed(turn(calls=[]), record(ended="model_unavailable")) == ["end"]
    assert failed(turn(refused="model_unavailable"), record(ended="model_unavailable")) == []
    assert failed(turn(refused="model_unavailable"), record()) == ["end"]


@pytest.mark.requirement("FR-REPLAY-024")
@pytest.mark.parametrize(
    ("final", "after", "passed"),
    [
        (
            [{"title": "Pay rent", "due_on": "{{today+1}}"}, {"title": "buy milk"}],
            [MILK, RENT],
            True,
        ),
        ([{"title": "Buy milk"}], [MILK, RENT], False),
        ([{"title": "Buy milk"}, {"title": "Pay rent", "due_on": None}], [MILK, RENT], False),
        ([{"title": "Buy milk"}], [{**MILK, "completed": True}], False),
        ([{"title": "Buy milk", "completed": True}], [{**MILK, "completed": True}], True),
        ([{"title": "Buy milk", "completed": {"any": [True, False]}}], [MILK], True),
        ([{"title": {"contains": "rent"}, "tags": ["home"], "id": 2}], [RENT], True),
        ([], [], True),
        ([], [MILK], False),
        ("unchanged", [MILK], False),
    ],
)
def test_the_rows_in_the_end_are_compared(final: Any, after: list[Any], passed: bool) -> None:
    assert rows_failed(final, after=after) == ([] if passed else ["final rows"])


@pytest.mark.requirement("FR-REPLAY-024")
def test_unchanged_means_what_tasks_say_and_not_when_they_were_touched() -> None:
    before, after = [{**MILK, "version": 1}], [{**MILK, "version": 3}]
    assert rows_failed("unchanged", before=before, after=after) == []
    assert rows_failed("unchanged", before=before, after=[]) == ["final rows"]


@pytest.mark.requirement("FR-REPLAY-024")
def test_the_other_users_tasks_must_stay_as_they_are() -> None:
    assert rows_failed(None, other_user=["Call mom"], others=[]) == []
    assert rows_failed(None, other_user=["Call mom"], others=[MILK]) == ["other user's rows"]
