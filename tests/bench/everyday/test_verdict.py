"""Made-up turns whose grade is known."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from tests.bench.everyday.expectation import Expectation, Moment, conversations
from tests.bench.everyday.verdict import judge
from tests.bench.everyday.world import PlayedTurn, Task
from tests.bench.understand import UNSEEN

Fields = dict[str, Any]

_MONDAY = datetime(2026, 11, 30, 10, 15, tzinfo=UTC)
_CALL: Fields = {"id": 1, "title": "Call Bob", "due_on": "2026-12-04", "due_time": "14:00"}
_RENT: Fields = {"id": 1, "title": "Pay rent"}
_PLANTS: Fields = {
    "id": 2,
    "title": "Water plants",
    "repeat": "FREQ=DAILY",
    "due_on": "2026-11-30",
}
_WATERED = _PLANTS | {"due_on": "2026-12-01"}
_BEFORE = (_RENT, _PLANTS)
_UNDER_WAY = {"id": 1, "title": "Tea", "due_on": "2026-11-30"}

_ADD: Fields = {
    "added": [{"title": ["call bob"], "due_on": {"weekday": "fri"}, "due_time": "14:00"}]
}
_TWO: Fields = {"added": [{"title": ["milk"]}, {"title": ["eggs"]}]}
_REPEAT: Fields = {"added": [{"title": ["gym"], "repeat": "FREQ=WEEKLY;BYDAY=MO"}]}
_WHEN: Fields = {"added": [{"title": ["tea"], "when": {"in_minutes": 45}}]}
_EARLY: Fields = {"added": [{"title": ["tea"], "due_on": {"days": 0}, "due_time": "10:00"}]}
_LATE: Fields = {"added": [{"title": ["tea"], "due_on": {"days": 0}, "due_time": "11:00"}]}
_CHANGE: Fields = {"changed": [{"title": "Pay rent", "due_on": {"days": 1}}]}
_ASK: Fields = {"asks": True, "nothing": True}
_NOTHING: Fields = {"nothing": True}


def _turn(
    before: tuple[Fields, ...],
    after: tuple[Fields, ...],
    reply: str = "ok",
    offers: tuple[str, ...] = (),
) -> PlayedTurn:
    return PlayedTurn(
        "x",
        [Task.model_validate(row) for row in before],
        [Task.model_validate(row) for row in after],
        reply,
        offers,
        _MONDAY,
    )


def _added(*after: Fields) -> PlayedTurn:
    return _turn((), after)


def _after(*after: Fields) -> PlayedTurn:
    return _turn(_BEFORE, after)


def _reply(reply: str, *offers: str) -> PlayedTurn:
    return _turn(_BEFORE, _BEFORE, reply, offers)


def _without(row: Fields, *names: str) -> Fields:
    return {name: value for name, value in row.items() if name not in names}


_CASES: list[tuple[str, Fields, PlayedTurn]] = [
    ("right", _ADD, _added(_CALL)),
    ("right", _ADD, _added(_CALL | {"title": "call the bob"})),
    ("untidy", _ADD, _added(_CALL | {"title": "please call bob now"})),
    ("wrong", _ADD, _added(_CALL | {"due_on": "2026-12-05"})),
    ("wrong", _ADD, _added(_CALL, {"id": 2, "title": "Eggs"})),
    ("wrong", _ADD, _added(_CALL | {"title": "Something else"})),
    ("wrong", _ADD, _added(_CALL | {"priority": "high"})),
    ("wrong", _ADD, _added(_CALL | {"repeat": "FREQ=DAILY"})),
    ("lossy", _ADD, _added(_without(_CALL, "due_time"))),
    ("lossy", _ADD, _added(_CALL | {"title": "Call"})),
    ("miss", _ADD, _added(_without(_CALL, "due_time") | {"title": "Call Bob at 14"})),
    ("miss", _ADD, _turn((), (_without(_CALL, "due_time"),), "I couldn't keep the time.")),
    ("question", _ADD, _reply("Which Bob?", "Bob A")),
    ("miss", _ADD, _reply("I couldn't do it.")),
    ("dead end", _ADD, _reply("Hm.")),
    ("dead end", _ADD, _reply("I'm not sure what you mean. Did you want one of these?")),
    ("false statement", _ADD, _reply("Added **Call Bob** (#1).")),
    ("right", _TWO, _added({"id": 1, "title": "Eggs"}, {"id": 2, "title": "Milk"})),
    ("untidy", _TWO, _added({"id": 1, "title": "Milk and eggs"})),
    ("lossy", _TWO, _added({"id": 1, "title": "Milk"})),
    ("miss", _TWO, _turn((), ({"id": 1, "title": "Milk"},), "I left out “eggs”.")),
    (
        "right",
        _REPEAT,
        _added({"id": 1, "title": "Gym", "repeat": "FREQ=WEEKLY", "due_on": "2026-12-07"}),
    ),
    (
        "wrong",
        _REPEAT,
        _added({"id": 1, "title": "Gym", "repeat": "FREQ=WEEKLY", "due_on": "2026-12-08"}),
    ),
    ("lossy", _REPEAT, _added({"id": 1, "title": "Gym"})),
    ("right", _WHEN, _added(_UNDER_WAY | {"due_time": "11:00"})),
    ("wrong", _WHEN, _added(_UNDER_WAY | {"due_time": "12:00"})),
    ("lossy", _WHEN, _added({"id": 1, "title": "Tea"})),
    (
        "right",
        _WHEN,
        _added(
            {
                "id": 1,
                "title": "Tea",
                "reminders": [{"spec": "in 45m", "fires_at": "2026-11-30T11:00:00+00:00"}],
            }
        ),
    ),
    ("right", _EARLY, _added(_UNDER_WAY | {"due_on": "2026-12-01", "due_time": "10:00"})),
    ("wrong", _LATE, _added(_UNDER_WAY | {"due_on": "2026-12-01", "due_time": "11:00"})),
    ("right", {"completed": ["Pay rent"]}, _after(_RENT | {"completed": True}, _PLANTS)),
    ("wrong", {"completed": ["Pay rent"]}, _after(_RENT, _WATERED)),
    ("right", {"completed": ["Water plants"]}, _after(_RENT, _WATERED)),
    ("right", {"deleted": ["Pay rent"]}, _after(_PLANTS)),
    ("wrong", {"deleted": ["Pay rent"]}, _after(_RENT)),
    ("right", _CHANGE, _after(_RENT | {"due_on": "2026-12-01"}, _PLANTS)),
    ("wrong", _CHANGE, _after(_RENT | {"due_on": "2026-12-02"}, _PLANTS)),
    ("wrong", _CHANGE, _after(_RENT | {"due_on": "2026-12-01", "priority": "high"}, _PLANTS)),
    ("wrong", _NOTHING, _after(*_BEFORE, {"id": 3, "title": "Hello"})),
    ("right", _NOTHING, _reply("Hi!")),
    ("false statement", _NOTHING, _reply("Done! I ticked off task 1, “Pay rent”.")),
    ("right", _NOTHING | {"says": ["pay rent"]}, _reply("You have: Pay rent")),
    ("dead end", _NOTHING | {"says": ["pay rent"]}, _reply("I am a list.")),
    ("right", _NOTHING | {"ok_also": [_ADD]}, _added(_CALL)),
    ("right", _ASK, _reply("Delete all 2?", "Yes")),
    ("miss", _ASK, _reply("I couldn't find “evrything”.", "Show my tasks")),
    ("wrong", _ASK, _after()),
]


@pytest.mark.requirement("FR-CHAT-160")
@pytest.mark.parametrize(("grade", "expected", "turn"), _CASES)
def test_a_turn_is_graded_by_what_is_written_and_replied(
    grade: str, expected: Fields, turn: PlayedTurn
) -> None:
    verdict = judge(Expectation.model_validate(expected), turn)

    assert verdict.grade == grade, verdict.reasons


def test_the_conversations_can_be_read_and_no_misspelt_field_passes() -> None:
    paths = sorted(UNSEEN.glob("everyday_*.jsonl"))

    assert [sum(len(each.turns) for each in conversations(path)) for path in paths] == [
        151,
        151,
        155,
        155,
        142,
        142,
        171,
        189,
        153,
        151,
        145,
    ]
    with pytest.raises(ValidationError):
        Expectation.model_validate({"added": [{"title": "x", "due": "2026-12-01"}]})


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        ({"weekday": "mon"}, ["2026-12-07"]),
        ({"weekday": "fri", "plus": 7}, ["2026-12-11"]),
        ({"md": "11-29"}, ["2027-11-29"]),
        ({"dom": 9}, ["2026-12-09"]),
        ({"days": 0, "ok_next_day": True}, ["2026-11-30", "2026-12-01"]),
        ({"week": 0, "time": "09:00"}, [f"2026-{day}" for day in
            ("11-30", "12-01", "12-02", "12-03", "12-04", "12-05", "12-06")]),
    ],
)  # fmt: skip
def test_a_day_is_counted_from_that_of_the_turn(moment: Fields, days: list[str]) -> None:
    found = Moment.model_validate(moment).on(_MONDAY.date())

    assert [day.isoformat() for day in found] == days
