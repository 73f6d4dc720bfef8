import asyncio
import sys

import httpx2

from tests.model_server.script import REPLY
from tests.serving import NO_AUTHORITIES


async def test_the_server_runs_as_a_process_and_tells_its_address() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.model_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20), httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
            url = (await process.stdout.readline()).decode().strip()
            question = {"model": "any", "messages": [{"role": "user", "content": "Hello"}]}
            answer = await client.post(f"{url}/chat/completions", json=question)
            seen = await client.get(url.replace("/v1", "/requests"))
    finally:
        process.terminate()
        await process.wait()
    assert answer.json()["choices"][0]["message"]["content"] == REPLY
    assert seen.json() == [question]
