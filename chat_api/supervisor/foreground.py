"""One program in the foreground, over the embedded Postgres.

`python -m chat_api.supervisor.foreground DATA_DIR STOP_SECONDS MODULE [ARGUMENT...]` takes the
place of the command: what runs as long as the program then holds none of the command's libraries.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from chat_api.supervisor.database import prepare_database
from chat_api.supervisor.processes import Launcher, Program, StartError, environment, race
from chat_api.supervisor.signals import INTERRUPTED, Stopped, StopSignals
from chat_api.supervisor.terminal import print_error, replace_unprintable
from db.embedded import EmbeddedError, usable_folder


async def run_over_embedded(
    folder: Path, module: str, arguments: Sequence[str], stop_seconds: float
) -> int:
    """Run one program until it ends or a signal asks to stop; return its exit code, or 0.

    Raises:
        StartError: The database can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    with StopSignals() as stop:
        try:
            async with AsyncExitStack() as stack:
                program = await start_over_embedded(
                    stack, folder, stop, module, arguments, stop_seconds
                )
                await race(program.process.wait(), stop.stopped())
        except Stopped:
            return 0
    return program.process.returncode or 0


async def start_over_embedded(
    stack: AsyncExitStack,
    folder: Path,
    stop: StopSignals,
    module: str,
    arguments: Sequence[str],
    stop_seconds: float,
) -> Program:
    """Start a program over the Postgres of a data folder; the stack stops both.

    Raises:
        Stopped: A signal asked to stop.
        StartError: The database can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    data_dir = usable_folder(folder)
    # Entered before the program, so that it is left after it.
    database = await stack.enter_async_context(AsyncExitStack())
    launcher = Launcher(environment(data_dir), stop.force_stop)
    launched = launcher.launched(module, arguments, stop_seconds=stop_seconds)
    program = await stack.enter_async_context(launched)
    prepared = await prepare_database(database, launcher, None, data_dir, stop)
    program.start(prepared.variables(module))
    return program


def main() -> None:
    """Run the program, and print errors that are not bugs as one line."""
    replace_unprintable()
    folder, stop_seconds, module, *arguments = sys.argv[1:]
    try:
        code = asyncio.run(run_over_embedded(Path(folder), module, arguments, float(stop_seconds)))
    except (EmbeddedError, StartError) as error:
        print_error(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(code)


if __name__ == "__main__":
    main()
