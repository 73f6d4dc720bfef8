from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import pytest

from db.access_tokens import UserAccessTokens, find_access_token
from db.engine import Sessions, create_engine, create_sessions, transaction
from db.models import TABLES
from db.reminder_firing import fire_due
from db.sweep import abandoned_turns
from db.user_connection import connection_of
from db.user_data import UserData
from db.values import NewAccessToken
from tests.distributed.shards import divide
from tests.mcp_server.plain import calling, post
from tests.postgres import new_database
from tests.stack import Stack, running_stack

pytestmark = pytest.mark.requirement("FR-RUN-161")

SHARDS = 4


@dataclass(frozen=True)
class Sharded:
    """The services over a database that is divided."""

    url: str
    sessions: Sessions
    stack: Stack

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(self.url)
        rows = await connection.fetch(query)
        await connection.close()
        return [tuple(row) for row in rows]

    async def shards_of(self, user: str) -> set[object]:
        """The schemas in which a user has rows."""
        each = " union ".join(
            f"select tableoid::regclass::text from {table} where user_id = '{user}'"
            for table in TABLES
        )
        return {str(name).partition(".")[0] for (name,) in await self.rows(each)}


@pytest.fixture(scope="module")
async def sharded(
    migrated_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sharded]:
    url = await new_database(migrated_url)
    await divide(url, SHARDS)
    engine = create_engine(url, pool_size=5)
    sessions = create_sessions(engine)
    async with running_stack(
        sessions, tmp_path_factory.mktemp("sharded"), chat_provider="offline"
    ) as stack:
        yield Sharded(url, sessions, stack)
    await engine.dispose()


async def test_each_user_is_on_one_shard_and_all_shards_are_used(sharded: Sharded) -> None:
    used: set[object] = set()
    for number in range(8):
        user = f"user-{number}"
        answer = await sharded.stack.say(user, "add milk and remind me tomorrow at 9")
        assert answer.status_code == 200, answer.text
        add = calling("add_task", title="Bread", list="Shop")
        added = await post(sharded.stack, sharded.stack.mcp_token(user), add)
        assert not added.json()["result"].get("isError"), added.text
        shards = await sharded.shards_of(user)
        assert len(shards) == 1
        used |= shards
        listed = await sharded.stack.client.get(
            f"/api/{user}/tasks", headers=sharded.stack.as_user(user)
        )
        assert len(listed.json()["tasks"]) == 2
    assert len(used) > 1


async def test_a_user_cannot_reach_beyond_their_shard(sharded: Sharded, user: str) -> None:
    for table in ("public.tasks", *(f"shard_{n}.tasks" for n in range(SHARDS))):
        async with transaction(sharded.sessions, user) as session:
            connection = await connection_of(session, user)
            ((path,),) = await connection.fetch("select current_schema() where $1 <> ''")
            if table == f"{path}.tasks":
                await connection.fetch(f"select from {table} where user_id = $1")
            elif table == "public.tasks":
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetch(f"select from {table} where user_id = $1")


async def test_tokens_are_found_by_their_user(sharded: Sharded, user: str) -> None:
    async with transaction(sharded.sessions, user) as session:
        made, secret = await UserAccessTokens(session, user).create(NewAccessToken(name="laptop"))
    found = await find_access_token(sharded.sessions, secret)
    assert found is not None
    assert (found.user_id, found.id) == (user, made.id)


async def test_work_for_all_users_reaches_all_shards(sharded: Sharded) -> None:
    people = [f"late-{number}" for number in range(4)]
    for person in people:
        add = calling(
            "add_task", title="Call", due_on="2199-12-30", due_time="09:00", reminders=["1h"]
        )
        added = await post(sharded.stack, sharded.stack.mcp_token(person), add)
        assert not added.json()["result"].get("isError"), added.text
        await sharded.stack.say(person, "hello")
    connection = await asyncpg.connect(sharded.url)
    await connection.execute("update reminders set fires_at = now(), status = 'waiting'")
    await connection.execute(
        "update turns set status = 'running', lease_until = now() - interval '1 hour' "
        "where user_id like 'late-%'"
    )
    await connection.close()
    assert {turn.user_id for turn in await abandoned_turns(sharded.sessions)} == set(people)
    await fire_due(sharded.sessions)
    rows = await sharded.rows("select distinct user_id from notifications where user_id ~ '^late-'")
    assert {user for (user,) in rows} == set(people)


async def test_an_erased_user_leaves_no_row_on_their_shard(sharded: Sharded) -> None:
    user = f"user-{uuid4().hex}"
    await sharded.stack.say(user, "add milk")
    async with transaction(sharded.sessions, user) as session:
        await UserData(session, user).erase()
    for table in TABLES:
        rows = await sharded.rows(f"select 1 from {table} where user_id = '{user}'")
        assert bool(rows) == (table == "user_states")
