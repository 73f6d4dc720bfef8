"""Which components of the API take the CPU time of a turn: `make profile`.

py-spy looks at the process from outside, some hundred times a second, while turns follow each
other. `ARGS="--provider openai-chat"` profiles another provider.
"""

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import uvloop

from tests.bench.client import load
from tests.bench.components import shares
from tests.bench.seeding import seed_users
from tests.bench.services import Installation, Process, installation
from tests.bench.turns import CHAT, MESSAGES, OFFLINE, OPENAI, Subject, our_subject
from tests.bench.usage import used

_PY_SPY = Path(sys.prefix) / "clients" / "profile" / "bin" / "py-spy"
_SAMPLES_A_SECOND = 400
_USERS = 400


async def profile(provider: str, seconds: int) -> None:
    """Print the table of a plain turn and of one with a tool."""
    async with installation() as made:
        users = await seed_users(made.database_url, _USERS)
        api = await _api(made, provider)
        subject = our_subject(made, provider, api, users)
        for case in MESSAGES:
            await load(subject.targets[case], requests=50)
            cpu = await _cpu(subject, case)
            folded = await _sampled(api.pid, subject, case, seconds)
            sys.stdout.write(f"\n{provider}, {case}: {cpu:.1f} ms of the API process a turn\n")
            for name, share in shares(folded).items():
                sys.stdout.write(f"{share:7.1%} {share * cpu:7.2f} ms  {name}\n")


async def _api(made: Installation, provider: str) -> Process:
    return made.offline if provider == OFFLINE else await made.api(provider)


async def _cpu(subject: Subject, case: str) -> float:
    """Return the CPU of a turn without the profiler, in milliseconds."""
    with used({"API": subject.processes["API"]}) as usage:
        loaded = await load(subject.targets[case], requests=100)
    return usage.cpu["API"] * 1000 / len(loaded.responses)


async def _sampled(pid: int, subject: Subject, case: str, seconds: int) -> list[str]:
    with NamedTemporaryFile("r", encoding="utf-8") as file:
        command = [
            str(_PY_SPY),
            "record",
            "--pid",
            str(pid),
            "--format",
            "raw",
            "--output",
            file.name,
        ]
        options = ["--rate", str(_SAMPLES_A_SECOND), "--duration", str(seconds), "--nonblocking"]
        sampling = await asyncio.create_subprocess_exec(
            *command, *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        await load(subject.targets[case], seconds=seconds)
        output, _ = await sampling.communicate()
        if sampling.returncode:
            raise RuntimeError(output.decode())
        return file.read().splitlines()


def main(arguments: list[str]) -> None:
    """Profile what the arguments say."""
    parser = argparse.ArgumentParser(prog="make profile")
    parser.add_argument("--provider", choices=(OPENAI, CHAT, OFFLINE), default=OPENAI)
    parser.add_argument("--seconds", type=int, default=20, help="length of each profile")
    given = parser.parse_args(arguments)
    uvloop.run(profile(given.provider, given.seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
