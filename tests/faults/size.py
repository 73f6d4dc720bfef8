"""How much is proved: a part of it in every run of the tests, all of it on demand."""

from dataclasses import dataclass

# What the turn that is disturbed at every event says, and what it is asked.
TWO_TOOLS = "[slow 30]\nadd milk\nthen add bread"
EVENTS = (
    "turn.started",
    *("tool.called", "tool.finished") * 2,
    # The last one names the two tasks, which the model's reply does not.
    *("text.delta",) * 7,
    "turn.finished",
)
# While a tool runs, between two tools, and while the model speaks.
SOME_POSITIONS = (2, 3, 8)


@dataclass(frozen=True)
class Size:
    """How many of each."""

    streams: int
    users: int
    turns_per_user: int
    reminders_per_user: int
    kills: int


FULL = Size(streams=200, users=20, turns_per_user=20, reminders_per_user=200, kills=20)
SMALL = Size(streams=30, users=10, turns_per_user=6, reminders_per_user=20, kills=3)
