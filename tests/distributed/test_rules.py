import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.task_statements import STORE_ADDED
from db.turn_statements import CLOSE, OPEN_CONVERSATION
from tests.distributed.collected import STATEMENTS
from tests.distributed.rules import IMMUTABLE, STABLE, problems
from tests.mcp_server.plain import calling, post
from tests.stack import Stack

pytestmark = pytest.mark.requirement("FR-RUN-160")

BROKEN = {
    "select 1 from tasks": "no owner of tasks tasks",
    "select 1 from tasks t join lists l on l.id = t.list_id where t.user_id = $1": "no owner of",
    "select 1 from tasks where user_id = $1 or id = 2": "no owner of tasks",
    "select (select max(id) from lists) from tasks where user_id = $1": "no owner of lists",
    "with c as (select user_id from turns where user_id = $1) "
    "update conversations set title = '' from c where conversations.user_id = c.user_id": (
        "no owner of conversations"
    ),
    "insert into lists (user_id, id) select user_id, 1 from unnest($1) as u (user_id)": (
        "no owner of lists"
    ),
    "insert into lists (user_id, id) values ($1, (select 1))": "VALUES has a sub-select",
    "insert into lists (user_id, id) values ($1, 1) returning (select 1)": (
        "RETURNING has a sub-select"
    ),
    "delete from lists where user_id = $1 returning to_jsonb(name)": "RETURNING is not immutable",
    "insert into lists (user_id, id) values ($1, 1) on conflict (user_id, id) "
    "do update set deleted_at = now()": "ON CONFLICT is not immutable",
    "insert into ledger as l (user_id) values ($1) on conflict (user_id) "
    "do update set window_start = l.window_start + cast($2 as interval)": (
        "ON CONFLICT is not immutable"
    ),
    "update lists set user_id = $2 where user_id = $1": "the owner is changed",
    "update lists set position = random() where user_id = $1": "random may be volatile",
    "update lists set deleted_at = coalesce(deleted_at, now()) where user_id = $1": (
        "CASE or COALESCE is not immutable"
    ),
    "update turns set lease_until = lease_until + interval '1 s' where user_id = $1": (
        "a function of a column is not immutable"
    ),
    "select pg_notify('todochat', title) from tasks where user_id = $1": (
        "pg_notify is called beside tables"
    ),
    "select 1 from turns where user_id = $1 and (select spend('messages', '', 1, 60))": (
        "spend is called beside tables"
    ),
    "with made as (insert into lists (user_id, id) values ($1, 1)) "
    "select count(*) from lists where user_id = $1": "lists is read after it is written",
    "select set_config('role', 'todochat_app', true)": "set_config is not passed on",
    "select pg_advisory_xact_lock(1)": "an advisory lock is of one server",
}
FIT = (
    "select 1 from tasks t join lists l on l.user_id = t.user_id and l.id = t.list_id "
    "where t.user_id = $1 for update",
    "select 1 from tasks t where t.user_id = $1 and exists "
    "(select from lists l where (l.user_id, l.id) = (t.user_id, 2))",
    "with old as (select id from lists where user_id = $1), made as ("
    "insert into lists (user_id, id) select $1, max(id) + 1 from old returning id) "
    "update lists set deleted_at = now() from old where user_id = $1 and lists.id = old.id",
    "select set_local('role', 'todochat_app'), pg_notify('todochat', 'x')",
    "begin; select spend('messages', '', 1, 60); commit",
)


@pytest.mark.parametrize("statement", BROKEN)
def test_what_breaks_a_rule_is_named(statement: str) -> None:
    assert [found for found in problems(statement) if found.startswith(BROKEN[statement])]


@pytest.mark.parametrize("statement", FIT)
def test_what_keeps_the_rules_has_no_problem(statement: str) -> None:
    assert problems(statement) == []


def test_work_for_all_users_names_no_owner() -> None:
    assert problems("select user_id from turns where lease_until < now()", of_one_user=False) == []


async def test_the_functions_are_what_postgres_says_they_are(connection: AsyncConnection) -> None:
    rows = await connection.execute(
        text("select proname, provolatile::text from pg_proc where proname = any(:names)"),
        {"names": [*IMMUTABLE, *STABLE]},
    )
    found = {(name, volatility) for name, volatility in rows}
    assert {name for name, _ in found} == IMMUTABLE | STABLE
    assert not {name for name, volatility in found if volatility == "v"}
    assert {name for name in IMMUTABLE if (name, "i") not in found} == set()


async def test_the_statements_of_turns_and_tools_are_judged(stack: Stack, user: str) -> None:
    await stack.say(user, "hello")
    added = await post(stack, stack.mcp_token(user), calling("add_task", title="Milk"))
    assert not added.json()["result"].get("isError"), added.text
    seen = {statement for _, statement in STATEMENTS.seen}
    assert {OPEN_CONVERSATION, CLOSE, STORE_ADDED} <= seen
