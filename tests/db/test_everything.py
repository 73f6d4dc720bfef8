import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Sessions, transaction
from db.models import TABLES
from db.user_data import UserData
from tests.db.test_isolation import fill


@pytest.mark.requirement("FR-AUTH-230")
async def test_what_is_erased_leaves_no_row_in_any_table_and_nothing_of_others_goes(
    sessions: Sessions,
) -> None:
    for user in ("ann", "bob"):
        await fill(sessions, user)
    for _ in range(2):
        async with transaction(sessions, "ann") as session:
            await UserData(session, "ann").erase()
    for user, rows in (("ann", False), ("bob", True)):
        async with transaction(sessions, user) as session:
            left = {table: await _rows(session, table) for table in TABLES}
        assert {table: bool(count) for table, count in left.items()} == dict.fromkeys(TABLES, rows)


async def _rows(session: AsyncSession, table: str) -> int:
    return len((await session.scalars(text(f"select user_id from {table}"))).all())
