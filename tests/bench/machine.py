"""Where and with what it was measured."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from tests.bench.figures import Results
from tests.bench.run import Options
from tests.specs.documents import ROOT

_PACKAGES = ("openai-agents", "mcp", "fastapi", "uvicorn", "sqlalchemy", "asyncpg", "aiohttp")
_NPM_LOCK = ROOT / "tests" / "bench" / "peers" / "package-lock.json"
_NPM_PACKAGES = ("ai", "@ai-sdk/openai", "hono")
_CPU_INFO = Path("/proc/cpuinfo")


def describe(options: Options) -> Results:
    """Return the results of a run that has not measured anything yet."""
    versions = {"Python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
    if options.peers:
        versions |= _of_node()
    return Results(
        date=datetime.now(UTC).date().isoformat(),
        machine={
            "processor": _processor(),
            "cores": str(os.cpu_count()),
            "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
            "system": f"{platform.system()} {platform.release()}",
        },
        versions=versions,
        quick=options.quick,
    )


def _processor() -> str:
    """Return the name of the processor, which the standard library knows on some systems only."""
    if _CPU_INFO.exists():
        for line in _CPU_INFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _of_node() -> dict[str, str]:
    node = Path(sys.prefix, "bin", "node")
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    locked = json.loads(_NPM_LOCK.read_text())["packages"]
    packages = {name: locked[f"node_modules/{name}"]["version"] for name in _NPM_PACKAGES}
    return {"Node": printed.stdout.strip().removeprefix("v"), **packages}
