"""How late reminders fire: many within one minute, and many at the same moment.

Measured from the moment at which a reminder is due until the transaction that makes it a
notification has begun, by the clock of Postgres. Two processes of the API fire them.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Row, at_most
from tests.bench.run import Options
from tests.faults.reminder_rows import ReminderRows, reminder_rows
from tests.faults.world import running_world

_USERS = 1000
# Until the rows are stored.
_DELAY = 5.0


async def reminders(options: Options) -> AsyncIterator[Row]:
    """Let reminders be due, spread over a minute and all at once."""
    each = options.choose(10, 1)
    minute = 60.0 * each / 10
    with TemporaryDirectory() as folder:
        async with (
            running_world(Path(folder)) as world,
            reminder_rows(world.database_url) as rows,
        ):
            for case, spread in ((f"within {minute:.0f} s", minute), ("at the same moment", 0.0)):
                async for row in _measured(rows, each, case, spread):
                    yield row


async def _measured(rows: ReminderRows, each: int, case: str, spread: float) -> AsyncIterator[Row]:
    await rows.clear()
    count = await rows.add(_USERS, each, delay=_DELAY, spread=spread)
    await asyncio.sleep(_DELAY + spread)
    await rows.until_fired()
    late = await rows.lateness()
    for measure, value, goal in (
        ("late, median", statistics.median(late), at_most(2)),
        ("late, 99 of 100", late[int(len(late) * 0.99)], at_most(5)),
        ("late, longest", late[-1], None),
    ):
        yield Row(
            bench="reminders",
            subject="ours",
            case=f"{count} due {case}",
            measure=measure,
            value=value,
            unit="s",
            goal=goal,
        )
