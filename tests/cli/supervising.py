"""A supervisor of one idle program, to be killed."""

import asyncio

from chat_api.supervisor.processes import Launcher
from tests.cli.processes import environment


async def main() -> None:
    launcher = Launcher(environment(), asyncio.Event())
    async with launcher.launched("tests.cli.idle", stop_seconds=5) as program:
        program.start({})
        await program.process.wait()


if __name__ == "__main__":
    asyncio.run(main())
