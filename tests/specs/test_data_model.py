"""specs/data-model.md: its tables are those of the models."""

from typing import NamedTuple

import pytest
from sqlalchemy import CheckConstraint, Column, Index, Table, make_url
from sqlmodel import SQLModel

from db.models import TABLES
from tests.specs.documents import code, read, rows, section, sections

DOCUMENT = read("specs/data-model.md")

# These find rows of all users.
_OF_NO_USER = {
    "turns_by_lease",
    "turns_by_age",
    "tasks_deleted",
    "task_changes_by_age",
    "ledger_by_age",
    "idempotency_by_age",
    "turn_event_batches_by_age",
    "turn_events_by_age",
    "access_tokens_by_hash",
    "calendar_feeds_by_hash",
    "reminders_due",
    "notifications_by_age",
    "push_deliveries_due",
}
_DIALECT = make_url("postgresql+asyncpg://").get_dialect()()


class Described(NamedTuple):
    """A column in the document."""

    name: str
    type: str
    null: str
    key: str


def _described(column: Column[object]) -> Described:
    kind = column.type.compile(_DIALECT).lower()
    return Described(
        column.name,
        kind.replace("timestamp with time zone", "timestamptz"),
        "yes" if column.nullable else "no",
        ", ".join([*(["primary"] if column.primary_key else []), *_references(column)]),
    )


def _references(column: Column[object]) -> list[str]:
    """Return the targets of a column's foreign keys; the owner is in every key and is left out."""
    if column.name == "user_id":
        return []
    return sorted(key.target_fullname for key in column.foreign_keys)


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def _keys(index: Index) -> list[str]:
    keys = (getattr(key, "name", None) or str(key) for key in index.expressions)
    return [" ".join(key.strip("()").split()) if " " in key else key for key in keys]


def _where(index: Index) -> str:
    where = index.dialect_options["postgresql"]["where"]
    return "" if where is None else str(where)


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_of_a_table_are_those_of_its_model(name: str) -> None:
    written = [
        Described(*(row[title].replace("`", "") for title in ("column", "type", "null", "key")))
        for row in rows(section(DOCUMENT, f"`{name}`"))
    ]
    assert written == [_described(column) for column in _table(name).columns]


def test_no_other_table_is_described() -> None:
    described = sections(section(DOCUMENT, "Tables"))
    assert sorted(part.title.strip("`") for part in described) == sorted(TABLES)


def test_the_indexes_are_those_of_the_models() -> None:
    written = {
        code(row["index"])[0]: (
            code(row["table"])[0],
            code(row["columns"]),
            row["unique"] == "yes",
            "".join(code(row["where"])),
        )
        for row in rows(section(DOCUMENT, "Indexes"))
    }
    assert written == {
        index.name: (name, _keys(index), index.unique, _where(index))
        for name in TABLES
        for index in _table(name).indexes
    }


def test_the_checks_are_those_of_the_models() -> None:
    written = sorted(
        (code(row["table"])[0], code(row["check"])[0], code(row["rule"])[0])
        for row in rows(section(DOCUMENT, "Checks"))
    )
    assert written == sorted(
        (name, str(check.name), str(check.sqltext))
        for name in TABLES
        for check in _table(name).constraints
        if isinstance(check, CheckConstraint)
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_key_and_index_starts_with_the_owner(name: str) -> None:
    table = _table(name)
    keys = [list(table.primary_key.columns)]
    keys += [list(key.columns) for key in table.foreign_key_constraints]
    keys += [list(index.columns) for index in table.indexes if index.name not in _OF_NO_USER]
    assert {columns[0].name for columns in keys} == {"user_id"}
