"""The process behind `todochat up`: `python -m chat_api.supervisor FD`.

FD is a pipe that holds the plan. A process of its own, so that what runs all day does not hold the
libraries that the command needs for a moment.
"""

import asyncio
import sys

from rich.console import Console

from chat_api.supervisor.plan import Plan
from chat_api.supervisor.processes import StartError
from chat_api.supervisor.signals import INTERRUPTED, own_foreground
from chat_api.supervisor.terminal import print_error, replace_unprintable
from chat_api.supervisor.up import up
from db.embedded import EmbeddedError


def main() -> None:
    """Run the plan, and print errors that are not bugs as one line."""
    replace_unprintable()
    plan = Plan.read(int(sys.argv[1]))
    try:
        with own_foreground():
            asyncio.run(up(plan, Console()))
    except (EmbeddedError, StartError) as error:
        print_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
