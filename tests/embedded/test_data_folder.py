"""Folders that are taken, broken, or no folders."""

import os
from pathlib import Path

import pytest

from db.embedded import EmbeddedError, embedded_postgres, hold_folder
from tests.embedded.support import value


@pytest.mark.requirement("FR-RUN-003")
def test_a_second_supervisor_is_refused_and_told_the_process(data_dir: Path) -> None:
    with (
        hold_folder(data_dir),
        pytest.raises(EmbeddedError, match=f"already runs on .* \\(process {os.getpid()}\\)"),
        hold_folder(data_dir),
    ):
        pass


@pytest.mark.requirement("FR-RUN-003")
def test_a_folder_is_free_again_when_its_supervisor_ended(data_dir: Path) -> None:
    with hold_folder(data_dir):
        pass
    with hold_folder(data_dir) as folder:
        assert folder == data_dir


@pytest.mark.requirement("FR-RUN-004")
@pytest.mark.parametrize("below", ["", "sub/folder"])
def test_a_path_that_is_a_file_is_refused_in_one_line(data_dir: Path, below: str) -> None:
    file = data_dir / "file"
    file.write_text("")
    with pytest.raises(EmbeddedError, match=r"can't be used: .*TODOCHAT_DATA_DIR") as raised:
        embedded_postgres(file / below).__enter__()
    assert "\n" not in str(raised.value)


@pytest.mark.requirement("FR-RUN-002")
async def test_a_database_folder_that_was_never_finished_is_put_aside(data_dir: Path) -> None:
    broken = data_dir / "postgres"
    (broken / "global").mkdir(parents=True)
    (broken / "PG_VERSION").write_text("18\n")
    (data_dir / "postgres.new" / "base").mkdir(parents=True)
    with embedded_postgres(data_dir) as url:
        assert await value(url, "select 1") == 1
    assert (data_dir / "postgres.incomplete-1" / "PG_VERSION").exists()
    assert not (data_dir / "postgres.new").exists()


@pytest.mark.requirement("FR-RUN-002")
def test_a_damaged_database_folder_is_left_alone(data_dir: Path) -> None:
    damaged = data_dir / "postgres"
    damaged.mkdir()
    (damaged / "postmaster.opts").write_text("postgres\n")
    with pytest.raises(EmbeddedError, match=r"is damaged: .*pg_control is missing"):
        embedded_postgres(data_dir).__enter__()
    assert (damaged / "postmaster.opts").exists()


@pytest.mark.requirement("FR-RUN-002")
def test_a_database_of_another_version_is_left_alone(data_dir: Path) -> None:
    old = data_dir / "postgres"
    (old / "global").mkdir(parents=True)
    (old / "global" / "pg_control").write_text("")
    (old / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match="is from PostgreSQL 16, and this is 18"):
        embedded_postgres(data_dir).__enter__()
