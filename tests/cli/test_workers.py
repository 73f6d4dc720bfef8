"""Several processes of the API behind one port."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx2
import psutil
import pytest

from auth.minting import mint_login_token
from tests.cli.processes import environment, wait_until
from tests.forking import start_module
from tests.serving import NO_AUTHORITIES, listen, port_of
from tests.stack import SECRET

WORKERS = 2
# A busy machine takes its time to import everything.
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True)
class RunningApi:
    """The first process, and where it serves."""

    process: psutil.Process
    started: BaseProcess
    url: str

    def workers(self) -> list[psutil.Process]:
        return self.process.children()

    def until_serving(self) -> list[psutil.Process]:
        wait_until(lambda: _answers(f"{self.url}/health"), START_SECONDS)
        return self.workers()

    def exit_code(self, seconds: float) -> int | None:
        """Wait for the end of the first process; None if it does not come in time."""
        self.started.join(seconds)
        return self.started.exitcode


@contextmanager
def running_api(database_url: str, folder: Path, **more: str) -> Iterator[RunningApi]:
    """`python -m chat_api` with two workers, until the block ends."""
    with listen() as free:
        port = port_of(free)
    variables = {
        "DATABASE_URL": database_url,
        "TODOCHAT_DATA_DIR": str(folder),
        "BETTER_AUTH_SECRET": SECRET,
        "API_PORT": str(port),
        "API_WORKERS": str(WORKERS),
        "CHAT_PROVIDER": "offline",
        **more,
    }
    started = start_module("chat_api", environment(**variables), folder / "api.log", may_fork=True)
    assert started.pid
    try:
        yield RunningApi(psutil.Process(started.pid), started, f"http://127.0.0.1:{port}")
    finally:
        # The workers notice its end.
        started.kill()
        started.join()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=5, verify=NO_AUTHORITIES).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.requirement("FR-RUN-111")
def test_workers_share_the_port_and_one_that_is_killed_is_replaced(
    database_url: str, tmp_path: Path
) -> None:
    with running_api(database_url, tmp_path) as api:
        first, second = api.until_serving()
        first.kill()
        wait_until(lambda: len(api.workers()) == WORKERS and first not in api.workers())
        assert second in api.workers()
        user = {"Authorization": f"Bearer {mint_login_token(SECRET, 'ann', lifetime=60)}"}
        with httpx2.Client(verify=NO_AUTHORITIES, timeout=30) as client:
            for _ in range(10):
                answer = client.get(f"{api.url}/api/ann/tasks", headers=user)
                assert answer.status_code == 200
        api.process.terminate()
        assert api.exit_code(STOP_SECONDS) == 0
        assert not second.is_running()


@pytest.mark.requirement("FR-RUN-111")
def test_all_workers_end_with_status_0_on_ctrl_c(database_url: str, tmp_path: Path) -> None:
    with running_api(database_url, tmp_path) as api:
        workers = api.until_serving()
        # It reaches all processes of a terminal.
        for process in (*workers, api.process):
            process.send_signal(signal.SIGINT)
        assert api.exit_code(STOP_SECONDS) == 0
        assert not any(worker.is_running() for worker in workers)
    assert "Traceback" not in (tmp_path / "api.log").read_text()


@pytest.mark.requirement("FR-RUN-111")
def test_workers_end_when_the_first_process_is_killed(database_url: str, tmp_path: Path) -> None:
    with running_api(database_url, tmp_path) as api:
        workers = api.until_serving()
        api.process.kill()
        wait_until(lambda: not any(worker.is_running() for worker in workers), STOP_SECONDS)


@pytest.mark.requirement("FR-RUN-111")
def test_a_worker_that_cant_start_stops_all(database_url: str, tmp_path: Path) -> None:
    with running_api(database_url, tmp_path, CHAT_PROVIDER="openai", OPENAI_API_KEY="") as api:
        assert api.exit_code(START_SECONDS) == 1
    log = (tmp_path / "api.log").read_text()
    assert "OPENAI_API_KEY" in log
    assert "the others stop" in log


@pytest.mark.requirement("FR-RUN-111")
def test_a_port_that_is_taken_is_reported(database_url: str, tmp_path: Path) -> None:
    with listen() as taken:
        port = port_of(taken)
        with running_api(database_url, tmp_path, API_PORT=str(port)) as api:
            assert api.exit_code(START_SECONDS) == 1
    assert f":{port} can't be listened on" in (tmp_path / "api.log").read_text()
