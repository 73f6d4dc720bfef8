import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.access import Access
from db.access_tokens import TOKEN_PREFIX, UserAccessTokens, find_access_token
from db.bearer_secrets import new_secret, read_secret, secret_hash
from db.calendar_feeds import UserCalendarFeed, find_calendar_user
from db.engine import Sessions, transaction
from db.user_connection import user_connection
from db.values import NewAccessToken

# A `sub` may have any of these (RFC 7519 asks for a string), at most 255.
USERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=255)


@pytest.mark.requirement("FR-AUTH-201")
@settings(max_examples=300)
@given(user=USERS, prefix=st.sampled_from(["", TOKEN_PREFIX]))
def test_a_secret_says_whose_it_is_in_characters_of_a_header_and_a_path(
    user: str, prefix: str
) -> None:
    secret = new_secret(user, prefix)
    assert secret.replace("_", "").replace("-", "").isalnum()
    assert secret.isascii()
    found = read_secret(secret, prefix)
    assert found is not None
    assert (found.user_id, found.hash) == (user, secret_hash(secret))


@pytest.mark.requirement("FR-AUTH-201")
async def test_a_token_of_an_earlier_version_is_valid(committed: Sessions, user: str) -> None:
    old = TOKEN_PREFIX + secrets.token_urlsafe(32)
    async with transaction(committed, user) as session:
        made, _ = await UserAccessTokens(session, user).create(NewAccessToken(name="old"))
        await session.execute(
            text("update access_tokens set token_hash = :hash"), {"hash": secret_hash(old)}
        )
    found = await find_access_token(committed, old)
    assert found is not None
    assert (found.user_id, found.id) == (user, made.id)


@pytest.mark.requirement("FR-TASK-141")
async def test_an_address_of_an_earlier_version_is_valid(committed: Sessions, user: str) -> None:
    old = secrets.token_urlsafe(32)
    async with user_connection(committed, user, Access.WRITE) as connection:
        await UserCalendarFeed(connection).create()
        await connection.fetch(
            "update calendar_feeds set token_hash = $2 where user_id = $1", secret_hash(old)
        )
    assert await find_calendar_user(committed, old) == user


@pytest.mark.requirement("FR-AUTH-201")
async def test_a_token_is_of_the_user_that_it_names_or_of_none(
    committed: Sessions, user: str
) -> None:
    async with transaction(committed, user) as session:
        _, secret = await UserAccessTokens(session, user).create(NewAccessToken(name="mine"))
    random = secret[-43:]
    stolen = new_secret(f"{user}-other", TOKEN_PREFIX)[:-43] + random
    assert await find_access_token(committed, stolen) is None
    assert await find_access_token(committed, TOKEN_PREFIX + random) is None
