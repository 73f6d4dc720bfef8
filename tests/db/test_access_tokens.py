import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg.exceptions import InsufficientPrivilegeError
from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import col, select

from db.access_tokens import (
    MOST_TOKENS,
    TOKEN_PREFIX,
    UserAccessTokens,
    find_access_token,
)
from db.engine import Sessions, transaction
from db.errors import AccessTokenNotFound, TooManyAccessTokens
from db.models import AccessToken
from db.user_connection import token_connection
from db.values import NewAccessToken


@pytest.fixture
async def tokens(sessions: Sessions, user: str) -> AsyncIterator[UserAccessTokens]:
    """The access tokens of one user in one transaction."""
    async with transaction(sessions, user) as session:
        yield UserAccessTokens(session, user)


async def make(
    sessions: Sessions, user: str, name: str = "laptop", **given: Any
) -> tuple[AccessToken, str]:
    async with transaction(sessions, user) as session:
        new = NewAccessToken(name=name, **given)
        return await UserAccessTokens(session, user).create(new)


async def change(sessions: Sessions, user: str, what: str) -> None:
    async with transaction(sessions, user) as session:
        await session.execute(text(f"update access_tokens set {what}"))


async def last_use(sessions: Sessions, user: str) -> datetime | None:
    async with transaction(sessions, user) as session:
        (token,) = await UserAccessTokens(session, user).all()
        return token.last_used_at


@pytest.mark.requirement("FR-AUTH-201")
async def test_a_secret_is_told_once_and_stored_as_its_hash_only(
    sessions: Sessions, user: str
) -> None:
    token, secret = await make(sessions, user)
    assert secret.startswith(TOKEN_PREFIX)
    assert len(secret) > len(TOKEN_PREFIX) + 43
    assert token.token_hash == hashlib.sha256(secret.encode()).hexdigest()
    async with transaction(sessions, user) as session:
        stored = (
            await session.scalars(text("select access_tokens::text from access_tokens"))
        ).one()
    assert secret.removeprefix(TOKEN_PREFIX) not in stored


@pytest.mark.requirement("FR-AUTH-202")
async def test_a_token_opens_both_scopes_for_ninety_days_unless_asked_otherwise(
    sessions: Sessions, user: str
) -> None:
    usual, _ = await make(sessions, user)
    other, _ = await make(sessions, user, scopes=["tasks:read"], expires_in_days=366)
    assert (usual.scopes, other.scopes) == (["tasks:read", "tasks:write"], ["tasks:read"])
    days = [token.expires_at - token.created_at for token in (usual, other)]
    assert days == [timedelta(days=90), timedelta(days=366)]


@pytest.mark.requirement("FR-AUTH-202")
@pytest.mark.parametrize(
    "given",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"name": "bell\x07"},
        {"scopes": []},
        {"scopes": ["tasks:delete"]},
        {"expires_in_days": 0},
        {"expires_in_days": 367},
        {"user_id": "bob"},
    ],
)
def test_a_token_without_name_scope_or_end_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewAccessToken.model_validate({"name": "laptop", **given})


@pytest.mark.requirement("FR-AUTH-203")
async def test_tokens_are_listed_newest_first_without_the_revoked_ones(
    sessions: Sessions, tokens: UserAccessTokens, user: str
) -> None:
    made = [(await tokens.create(NewAccessToken(name=name)))[0] for name in "abc"]
    await tokens.revoke(made[1].id)
    await make(sessions, "somebody else")
    await change(sessions, user, "expires_at = now() - interval '1 day' where name = 'a'")
    assert [token.name for token in await tokens.all()] == ["c", "a"]


@pytest.mark.requirement("FR-AUTH-203")
async def test_tokens_that_ended_long_ago_are_forgotten(
    sessions: Sessions, tokens: UserAccessTokens, user: str
) -> None:
    for name in ("expired", "revoked", "good"):
        await tokens.create(NewAccessToken(name=name))
    await change(sessions, user, "expires_at = now() - interval '31d' where name = 'expired'")
    await change(sessions, user, "revoked_at = now() - interval '31d' where name = 'revoked'")
    await tokens.create(NewAccessToken(name="new"))
    async with transaction(sessions, user) as session:
        left = await session.scalars(select(AccessToken.name).order_by(col(AccessToken.id)))
        assert left.all() == ["good", "new"]


@pytest.mark.requirement("FR-AUTH-204")
async def test_a_revoked_token_is_good_no_more_and_cant_be_revoked_again(
    committed: Sessions, user: str
) -> None:
    token, secret = await make(committed, user)
    assert await find_access_token(committed, secret)
    async with transaction(committed, user) as session:
        tokens = UserAccessTokens(session, user)
        await tokens.revoke(token.id)
        for gone in (token.id, uuid4()):
            with pytest.raises(AccessTokenNotFound):
                await tokens.revoke(gone)
    assert await find_access_token(committed, secret) is None


@pytest.mark.requirement("FR-AUTH-204")
async def test_another_users_token_cant_be_revoked(committed: Sessions) -> None:
    token, secret = await make(committed, "ann")
    async with transaction(committed, "bob") as session:
        with pytest.raises(AccessTokenNotFound):
            await UserAccessTokens(session, "bob").revoke(token.id)
    assert await find_access_token(committed, secret)


@pytest.mark.requirement("FR-AUTH-205")
async def test_fifty_good_tokens_are_enough_however_many_are_asked_for_at_once(
    committed: Sessions, user: str
) -> None:
    asked = [make(committed, user, f"client {n}") for n in range(MOST_TOKENS + 5)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, TooManyAccessTokens)]
    assert len(refused) == 5
    assert str(refused[0]) == "There are 50 access tokens already; revoke one first."
    await change(committed, user, "expires_at = now() where name = 'client 7'")
    await make(committed, user, "in its place")


@pytest.mark.requirement("FR-AUTH-206")
async def test_a_token_says_whose_it_is_and_what_it_opens(committed: Sessions, user: str) -> None:
    await make(committed, "somebody else")
    made, secret = await make(committed, user, "my editor", scopes=["tasks:read"])
    found = await find_access_token(committed, secret)
    assert found
    assert (found.user_id, found.id, found.name) == (user, made.id, "my editor")
    assert (found.scopes, found.expires_at) == (["tasks:read"], made.expires_at)


@pytest.mark.requirement("FR-AUTH-206")
async def test_an_expired_token_is_refused(committed: Sessions, user: str) -> None:
    _, secret = await make(committed, user)
    await change(committed, user, "expires_at = now()")
    assert await find_access_token(committed, secret) is None
    assert await last_use(committed, user) is None


@pytest.mark.requirement("FR-AUTH-206")
@pytest.mark.parametrize(
    "secret",
    [
        "",
        "tdc_",
        "x" * 47,
        "tdc_" + "x" * 43,
        "tdc_" + "é" * 43,
        "tdc_YW5u_" + "x" * 43,
        "tdc_x_" + "x" * 43,
        "tdc_xxxxx_" + "x" * 43,
        "tdc_AA_" + "x" * 43,
        "tdc_" + "x" * 1401 + "_" + "x" * 43,
        "tdc_" + "\ud800" * 43,
        "tdc_\x00",
    ],
)
async def test_whatever_is_no_secret_of_ours_is_refused(
    committed: Sessions, user: str, secret: str
) -> None:
    await make(committed, user)
    assert await find_access_token(committed, secret) is None


@pytest.mark.requirement("FR-AUTH-207")
async def test_the_last_use_is_noted_at_most_once_a_minute(committed: Sessions, user: str) -> None:
    _, secret = await make(committed, user)
    assert await last_use(committed, user) is None
    await find_access_token(committed, secret)
    assert await last_use(committed, user) is not None
    for age, noted in (("59 seconds", False), ("61 seconds", True)):
        await change(committed, user, f"last_used_at = now() - interval '{age}'")
        before = await last_use(committed, user)
        assert await find_access_token(committed, secret)
        assert (await last_use(committed, user) != before) == noted


@pytest.mark.requirement("FR-AUTH-207")
async def test_one_token_used_by_many_at_once_is_found_by_all(
    committed: Sessions, user: str
) -> None:
    made, secret = await make(committed, user)
    found = await asyncio.gather(*(find_access_token(committed, secret) for _ in range(40)))
    assert {token.id for token in found if token} == {made.id}
    assert None not in found


@pytest.mark.requirement("FR-AUTH-208")
async def test_who_comes_with_a_token_sees_its_row_alone_and_no_other_table(
    committed: Sessions, user: str
) -> None:
    made, _ = await make(committed, user)
    await make(committed, user, "another")
    await make(committed, "somebody else")
    assert await seen_with(committed, made.token_hash) == [made.id]
    assert await seen_with(committed, "0" * 64) == []
    await change(committed, user, "revoked_at = now()")
    assert await seen_with(committed, made.token_hash) == []


@pytest.mark.requirement("FR-AUTH-208")
@pytest.mark.parametrize(
    "statement",
    [
        "update access_tokens set expires_at = now() + interval '9 years'",
        "update access_tokens set scopes = array['tasks:write']",
        "update access_tokens set last_used_at = now(), user_id = 'bob'",
        "delete from access_tokens",
        "insert into access_tokens select * from access_tokens",
        "select * from tasks",
        "select * from user_settings",
    ],
)
async def test_who_comes_with_a_token_may_do_nothing_but_note_its_use(
    committed: Sessions, user: str, statement: str
) -> None:
    made, _ = await make(committed, user)
    with pytest.raises(InsufficientPrivilegeError):
        async with token_connection(committed, made.token_hash) as connection:
            await connection.execute(statement)


async def seen_with(sessions: Sessions, token_hash: str) -> list[UUID]:
    async with token_connection(sessions, token_hash) as connection:
        return [row["id"] for row in await connection.fetch("select id from access_tokens")]
