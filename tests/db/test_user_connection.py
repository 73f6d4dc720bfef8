import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.access import Access
from db.engine import Sessions
from db.user_connection import literal, user_connection

_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
async def plain(database_url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.mark.requirement("FR-TASK-008")
@pytest.mark.parametrize("conforming", ["on", "off"])
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=_TEXTS)
@example(value="'; drop table tasks; --")
@example(value="\\'; drop table tasks; --")
@example(value="\\")
@example(value="$1")
async def test_a_literal_is_read_as_the_text_that_it_was_made_of(
    plain: asyncpg.Connection, conforming: str, value: str
) -> None:
    await plain.execute(f"set standard_conforming_strings = {conforming}")
    assert await plain.fetchval(f"select {literal(value)}") == value
    async with plain.transaction():
        await plain.execute(f"select set_local('app.user_id', {literal(value)})")
        assert await plain.fetchval("select current_setting('app.user_id')") == value


@pytest.mark.requirement("FR-TASK-008")
async def test_every_character_is_set_as_it_is(plain: asyncpg.Connection) -> None:
    characters = [*range(1, 0xD800), *range(0xE000, 0x110000)]
    for start in range(0, len(characters), 200_000):
        value = "".join(map(chr, characters[start : start + 200_000]))
        async with plain.transaction():
            await plain.execute(f"select set_local('app.user_id', {literal(value)})")
            assert await plain.fetchval("select current_setting('app.user_id')") == value


@pytest.mark.requirement("FR-TASK-008")
def test_a_text_that_postgres_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        literal("a\0b")


@pytest.mark.requirement("FR-TASK-008")
@pytest.mark.parametrize("access", Access)
async def test_a_user_whose_id_looks_like_sql_is_that_user(
    committed: Sessions, user: str, access: Access
) -> None:
    name = f"{user}', true); set role postgres; --\\"
    async with user_connection(committed, name, access) as connection:
        ((owner, role),) = await connection.fetch(
            "select current_setting('app.user_id'), current_user where $1 <> ''"
        )
    assert (owner, role) == (name, "todochat_app")
