import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.access import Access
from db.engine import Sessions, transaction
from db.errors import AccountDeleted
from db.models import TABLES
from db.user_data import UserData
from tests.db.test_isolation import fill


@pytest.mark.requirement("FR-AUTH-230")
async def test_what_is_erased_leaves_one_row_that_says_so_and_nothing_of_others_goes(
    sessions: Sessions,
) -> None:
    for user in ("ann", "bob"):
        await fill(sessions, user)
    for _ in range(2):
        async with transaction(sessions, "ann", Access.ERASE) as session:
            await UserData(session, "ann").erase()
    assert await _tables(sessions, "ann") == {"user_states"}
    assert await _tables(sessions, "bob") == set(TABLES)
    for access in (Access.READ, Access.ADD, Access.WRITE):
        with pytest.raises(AccountDeleted):
            async with transaction(sessions, "ann", access):
                pass


async def _tables(sessions: Sessions, user: str) -> set[str]:
    async with transaction(sessions, user, Access.ERASE) as session:
        return {table for table in TABLES if await _rows(session, table)}


async def _rows(session: AsyncSession, table: str) -> int:
    return len((await session.scalars(text(f"select user_id from {table}"))).all())
