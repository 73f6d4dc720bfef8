"""`todochat doctor`, as an operator runs it."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.processes import todochat
from tests.processes import free_port


@pytest.mark.requirement("FR-RUN-143")
async def test_the_findings_as_json_and_an_exit_code(database_url: str, tmp_path: Path) -> None:
    variables = {
        "DATABASE_URL": database_url,
        "PUSH_HOSTS": "localhost",
        "API_PORT": str(free_port()),
        "MCP_PORT": str(free_port()),
        "WEB_PORT": str(free_port()),
    }
    done = await asyncio.to_thread(todochat, tmp_path, "doctor", "--json", **variables)
    report = json.loads(done.stdout)
    errors = [one for one in report["findings"] if one["status"] == "error"]
    assert (done.returncode, report["status"], errors) == (0, "ok", []), done.stderr
    assert {"python", "database", "model"} <= {one["check"] for one in report["findings"]}
    wrong = {**variables, "DATABASE_POOL_SIZE": "none"}
    done = await asyncio.to_thread(todochat, tmp_path, "doctor", **wrong)
    assert done.returncode == 1
    assert "DATABASE_POOL_SIZE" in done.stdout
