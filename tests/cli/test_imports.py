"""What long-running processes load, which decides their memory and how soon they are ready."""

import subprocess
import sys

import pytest

from tests.cli.processes import environment

# These run as long as what they start.
_SUPERVISORS = ["chat_api.supervisor.__main__", "chat_api.supervisor.foreground"]
_HEAVY = {
    *("agents", "aiohttp", "alembic", "asyncpg", "chatkit", "cryptography", "email_validator"),
    *("fastapi", "httpx2", "jwt", "mcp", "openai", "pydantic", "pydantic_settings", "sqlalchemy"),
    *("starlette", "typer", "uvicorn"),
}


def loaded(module: str) -> set[str]:
    """The top-level packages in a fresh process that has imported a module."""
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.requirement("FR-RUN-018")
@pytest.mark.parametrize("supervisor", _SUPERVISORS)
def test_the_supervisor_loads_none_of_the_libraries_of_what_it_starts(supervisor: str) -> None:
    assert loaded(supervisor) & _HEAVY == set()
