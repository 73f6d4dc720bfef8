"""The embedded Postgres from its first start to its last."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from db.embedded import EmbeddedError, embedded_postgres
from tests.embedded.support import execute, holder, servers_of, value

pytestmark = pytest.mark.requirement("FR-RUN-001")


async def test_a_fresh_folder_gets_a_server_that_knows_every_alphabet(data_dir: Path) -> None:
    with embedded_postgres(data_dir / "new" / "data") as url:
        assert await value(url, "select current_database()") == "todochat"
        assert await value(url, "select lower('ÄÖÜ Ж')") == "äöü ж"
        assert await value(url, "select current_setting('timezone')") == "UTC"


async def test_a_restart_keeps_the_data_and_leaves_no_process(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        await execute(url, "create table kept as select 42 as number")
    assert servers_of(data_dir) == []
    with embedded_postgres(data_dir) as url:
        assert await value(url, "select number from kept") == 42


async def test_open_connections_do_not_delay_the_stop(data_dir: Path) -> None:
    with holder(data_dir) as (process, url):
        await execute(url, "select 1")
        process.communicate(timeout=9)
    assert servers_of(data_dir) == []


@pytest.mark.parametrize("name", ["space, comma,'quote\" ümläut", "long" * 30])
async def test_any_name_of_a_folder_will_do(data_dir: Path, name: str) -> None:
    with embedded_postgres(data_dir / name) as url:
        assert await value(url, "select 1") == 1


async def test_variables_meant_for_other_servers_change_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "7777")
    monkeypatch.setenv("PGOPTIONS", "--nonsense")
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")
    with embedded_postgres(data_dir) as url:
        assert await value(url, "select 1") == 1


async def test_two_processes_share_one_server_and_the_last_one_stops_it(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        with holder(data_dir) as (_, other_url):
            assert other_url == url
        assert await value(url, "select 1") == 1
    assert servers_of(data_dir) == []


@pytest.mark.requirement("FR-RUN-002")
async def test_the_server_of_a_killed_process_is_taken_over_and_stopped(data_dir: Path) -> None:
    with holder(data_dir) as (process, url):
        await execute(url, "create table kept as select 42 as number")
        process.kill()
    (left_over, *_) = servers_of(data_dir)
    with embedded_postgres(data_dir) as url:
        assert servers_of(data_dir)[0] == left_over
        assert await value(url, "select number from kept") == 42
    assert servers_of(data_dir) == []


@pytest.mark.requirement("FR-RUN-002")
async def test_a_server_killed_together_with_its_process_recovers(data_dir: Path) -> None:
    with holder(data_dir) as (process, url):
        await execute(url, "create table kept as select 42 as number")
        process.kill()
        servers_of(data_dir)[0].kill()
    with embedded_postgres(data_dir) as url:
        assert await value(url, "select number from kept") == 42


@pytest.mark.requirement("FR-RUN-002")
async def test_an_old_process_id_that_another_program_has_now_is_no_obstacle(
    data_dir: Path,
) -> None:
    with holder(data_dir) as (process, _):
        process.kill()
    pid_file = data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    for server in servers_of(data_dir):
        server.send_signal(signal.SIGKILL)
    psutil.wait_procs(servers_of(data_dir), timeout=20)
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    (data_dir / "postgres" / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    with embedded_postgres(data_dir) as url:
        assert await value(url, "select 1") == 1


async def test_a_server_that_does_not_start_says_why_in_one_line(data_dir: Path) -> None:
    with embedded_postgres(data_dir):
        pass
    (data_dir / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match=r"Postgres did not start: .*\(log: .*\)") as raised:
        embedded_postgres(data_dir).__enter__()
    assert "\n" not in str(raised.value)
