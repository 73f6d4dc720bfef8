"""Show that the service endures: `make soak`.

Users chat at two replicas of the API, each with an MCP server, while something fails every twenty
seconds. At the end every turn of every user is checked: nothing was lost, nothing done twice.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.soak.installation import running_installation
from tests.faults.soak.report import Report
from tests.faults.soak.run import soak
from tests.faults.world import prepared_world

_FAULT_SECONDS = 20.0
_PAUSE_SECONDS = 8.0
# As long as replicas are given by default.
_LEASE = "15"


async def run(minutes: float, users: int) -> Report:
    """Run it in a folder that is deleted at the end."""
    with TemporaryDirectory() as folder:
        async with (
            prepared_world(Path(folder)) as world,
            running_installation(world, TURN_LEASE=_LEASE) as made,
        ):
            return await soak(
                made,
                faults=max(1, round(60 * minutes / _FAULT_SECONDS)),
                every=_FAULT_SECONDS,
                users=users,
                pause=_PAUSE_SECONDS,
            )


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for, and print the figures; 1 if something was wrong."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--users", type=int, default=50, help="how many at once")
    given = parser.parse_args(arguments)
    report = asyncio.run(run(given.minutes, given.users))
    sys.stdout.write(f"{report.table()}\n")
    faults = report.faults
    sys.stdout.write("".join(f"WRONG: {fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
