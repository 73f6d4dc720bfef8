"""specs/scaling.md: its DDL distributes every table, behind those that its foreign keys name."""

import re

import pytest
from sqlmodel import SQLModel

from db.models import TABLES
from tests.specs.documents import read

DDL = read("specs/scaling.md").partition("```sql")[2].partition("```")[0]


@pytest.mark.requirement("FR-RUN-160")
def test_every_table_is_distributed_by_its_owner_in_the_order_of_foreign_keys() -> None:
    named = [name for name in re.findall(r"'(\w+)'", DDL) if name in TABLES]
    order = list(dict.fromkeys(named))
    assert sorted(order) == list(TABLES)
    for table in SQLModel.metadata.tables.values():
        for key in table.foreign_keys:
            assert order.index(key.column.table.name) < order.index(table.name)


@pytest.mark.requirement("FR-RUN-160")
def test_no_index_is_unique_without_the_owner() -> None:
    for table in SQLModel.metadata.tables.values():
        for index in (one for one in table.indexes if one.unique):
            assert "user_id" in index.columns, index.name
