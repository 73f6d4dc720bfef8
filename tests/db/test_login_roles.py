"""What each service's login role may do, and what it is refused."""

from dataclasses import dataclass

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from db.engine import create_engine, create_sessions
from db.login_roles import LOGIN_ROLES, ensure_login_roles
from db.models import TABLES
from db.readiness import check_database
from db.settings import STATEMENT_SECONDS
from db.values import NewTask
from tests.db.conftest import user_tasks
from tests.postgres import new_database, require_password

ROLES = tuple(role.name for role in LOGIN_ROLES)
ENTERED = ("app", "tokens", "sweeper", "runner", "reminders")
ALLOWED = {
    *(("todochat_api", f"set role todochat_{name}") for name in ENTERED),
    *(("todochat_mcp", f"set role todochat_{name}") for name in ("app", "tokens")),
    *((name, "select 1 from alembic_version") for name in ("todochat_api", "todochat_mcp")),
    *(("todochat_backup", f"select 1 from {table}") for table in (*TABLES, "alembic_version")),
    *((name, "select 1 from auth.accounts") for name in ("todochat_web", "todochat_backup")),
    ("todochat_web", "create table auth.sessions (id int)"),
}
ATTEMPTS = (
    *(f"set role todochat_{name}" for name in ENTERED),
    *(f"set role {name}" for name in (*ROLES, "postgres")),
    *(f"select 1 from {table}" for table in (*TABLES, "alembic_version", "auth.accounts")),
    "update alembic_version set version_num = '0'",
    "create table public.mine (id int)",
    "create table auth.sessions (id int)",
    "create schema mine",
    "create role mine",
    "alter table tasks disable row level security",
    "select pg_read_file('/etc/passwd')",
    "select rolpassword from pg_authid",
)


@dataclass(frozen=True)
class Database:
    """A database whose roles were made."""

    url: str
    printed: dict[str, str]

    def url_of(self, role: str) -> str:
        """Log in as a role; over its socket the server of the tests asks for no password."""
        return make_url(self.url).set(username=role).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
async def database(migrated_url: str) -> Database:
    url = await new_database(migrated_url)
    owner = await asyncpg.connect(url)
    # As an installation has it whose web app ran with the owner's rights.
    await owner.execute("create schema auth; create table auth.accounts (id int)")
    await owner.close()
    return Database(url, await ensure_login_roles(url, STATEMENT_SECONDS))


@pytest.mark.requirement("FR-RUN-123")
@pytest.mark.parametrize("role", ROLES)
async def test_a_role_is_refused_everything_outside_its_list(database: Database, role: str) -> None:
    connection = await asyncpg.connect(database.url_of(role))
    allowed = set()
    for attempt in ATTEMPTS:
        trying = connection.transaction()
        await trying.start()
        try:
            await connection.execute(attempt)
        except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError):
            pass
        else:
            allowed.add((role, attempt))
        finally:
            await trying.rollback()
    await connection.close()
    own = (role, f"set role {role}")
    assert allowed == {one for one in ALLOWED if one[0] == role} | {own}


@pytest.mark.requirement("FR-RUN-123")
@pytest.mark.parametrize("role", ["todochat_api", "todochat_mcp"])
async def test_a_service_works_with_its_role(database: Database, role: str, user: str) -> None:
    engine = create_engine(database.url_of(role), pool_size=1)
    sessions = create_sessions(engine)
    await check_database(sessions)
    async with user_tasks(sessions, user) as tasks:
        assert (await tasks.add(NewTask(title="one"))).id == 1
    await engine.dispose()


@pytest.mark.requirement("FR-RUN-123")
async def test_only_new_passwords_are_told_and_each_is_good_for_its_role(
    database: Database,
) -> None:
    assert set(database.printed) <= set(ROLES)
    assert await ensure_login_roles(database.url, STATEMENT_SECONDS) == {}
    renewed = await ensure_login_roles(database.url, STATEMENT_SECONDS, new_passwords=True)
    assert set(renewed) == set(ROLES)
    owner = await asyncpg.connect(database.url)
    stored = await owner.fetch("select rolname, rolpassword from pg_authid")
    await owner.close()
    for role, url in renewed.items():
        password = make_url(url).password
        assert password
        assert password not in str(stored)
        await require_password(database.url, role)
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select current_user") == role
        await connection.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(url.replace(password, "another"))
