"""Programs that others' clients run in, as processes."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from tests.clients.programs.wire import Order
from tests.specs.documents import ROOT

_SECONDS = 90


async def run(command: list[str], given: str = "") -> tuple[int, str, str]:
    """Run a command from the root of the project; return its status, output and complaints."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            output, complaints = await process.communicate(given.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode(), complaints.decode()


async def perform(command: list[str], order: Order) -> list[dict[str, Any]]:
    """Have a client's program do what is asked, and return its answers."""
    status, output, complaints = await run(command, json.dumps(asdict(order)))
    assert status == 0, complaints
    return [json.loads(line) for line in output.splitlines()]
