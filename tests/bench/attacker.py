"""A hostile user: a process of its own, so that what it costs its own machine is nobody's wait.

`python -m tests.bench.attacker` reads a line of JSON, attacks until its input ends, and prints how
often it got which status.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from tests.bench.seeding import User
from tests.bench.turns import MESSAGES

_PAUSE_SECONDS = 2.0
_WAVE = {"turns": 30, "writes": 60, "streams": 80}
# It must not take the cores of those that are measured: elsewhere it has cores of its own.
_NICENESS = 19
_ANSWER_SECONDS = 60


@asynccontextmanager
async def attacking(urls: Sequence[str], user: User, answers: Counter[int]) -> AsyncIterator[None]:
    """Let a user attack services while the block runs; the statuses that it got are counted."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.attacker"), stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    target = {"urls": list(urls), "user": user.name, "headers": user.headers}
    process.stdin.write(json.dumps(target).encode() + b"\n")
    try:
        yield
    finally:
        process.stdin.close()
        printed, _ = await process.communicate()
        answers.update({int(status): count for status, count in json.loads(printed).items()})


async def attack(
    urls: Sequence[str], user: str, headers: dict[str, str], answers: Counter[int]
) -> None:
    """Send turns, writes and streams at once, and again once they are answered, for ever."""
    async with asyncio.TaskGroup() as sending:

        def send(number: int, method: str, path: str, **body: str) -> asyncio.Event:
            begun = asyncio.Event()
            url = urls[number % len(urls)]
            request = _request(method, f"/api/{user}{path}", headers, body)
            sending.create_task(_send(url, request, answers, begun))
            return begun

        while True:
            wave = [send(number, "GET", "/tasks/events") for number in range(_WAVE["streams"])]
            wave += [
                send(number, "POST", "/tasks", title=f"Task {number}")
                for number in range(_WAVE["writes"])
            ]
            wave += [
                send(number, "POST", "/chat", message=MESSAGES["plain"])
                for number in range(_WAVE["turns"])
            ]
            await asyncio.gather(*(begun.wait() for begun in wave))
            await asyncio.sleep(_PAUSE_SECONDS)


def _request(method: str, path: str, headers: dict[str, str], body: dict[str, str]) -> bytes:
    content = json.dumps(body).encode() if body else b""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if content:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def _send(url: str, request: bytes, answers: Counter[int], begun: asyncio.Event) -> None:
    """Send a request on a connection of its own, and read what comes until it ends."""
    address = urlsplit(url)
    try:
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            try:
                writer.write(request)
                async with asyncio.timeout(_ANSWER_SECONDS):
                    status = await reader.readline()
                    answers[int(status.split()[1]) if status else 0] += 1
                    begun.set()
                    while await reader.read(65_536):
                        pass
            finally:
                writer.close()
    finally:
        begun.set()


async def _main() -> None:
    os.nice(_NICENESS)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    answers = Counter[int]()
    attacker = asyncio.create_task(attack(**json.loads(await reader.readline()), answers=answers))
    await reader.read()
    attacker.cancel()
    with suppress(asyncio.CancelledError):
        await attacker
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    asyncio.run(_main())
