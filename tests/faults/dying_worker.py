"""A worker that is killed at one step of firing: `python -m tests.faults.dying_worker`.

DIE_AT names the step. Nothing of the worker is replaced: the process kills itself, as kill -9 does,
when its database library reaches the step.
"""

import os
import signal
from typing import Any

from sqlalchemy import Connection, Engine, event

from chat_api.worker.__main__ import main

# What the statements of firing have in their text, in the order in which they are executed.
STATEMENTS = ("skip locked", "insert into notifications", "update reminders")
STEPS = (
    *(f"{moment} {statement}" for statement in STATEMENTS for moment in ("before", "after")),
    "before commit",
    "after commit",
)


def die_at(step: str) -> None:
    """Let the process die at a step."""
    moment, _, what = step.partition(" ")
    fired = False

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def before(_: Connection, __: Any, statement: str, *___: Any) -> None:
        committed = fired and STATEMENTS[0] in statement
        if (moment == "before" and what in statement) or (step == "after commit" and committed):
            die()

    def after(_: Connection, __: Any, statement: str, *___: Any) -> None:
        nonlocal fired
        fired |= STATEMENTS[-1] in statement
        if moment == "after" and what in statement:
            die()

    def commit(_: Connection) -> None:
        if step == "before commit" and fired:
            die()

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    event.listen(Engine, "commit", commit)


if __name__ == "__main__":
    die_at(os.environ["DIE_AT"])
    main()
