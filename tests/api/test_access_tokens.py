"""Personal access tokens over REST."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from db.access_tokens import MOST_TOKENS, find_access_token
from db.engine import Sessions
from tests.stack import Stack

Client = httpx2.AsyncClient


async def create(api: Client, name: str = "laptop", **fields: Any) -> dict[str, Any]:
    answer = await api.post("/access-tokens", json={"name": name, **fields})
    assert answer.status_code == 201
    created: dict[str, Any] = answer.json()
    return created


async def list_tokens(api: Client) -> list[dict[str, Any]]:
    tokens: list[dict[str, Any]] = (await api.get("/access-tokens")).json()["access_tokens"]
    return tokens


@pytest.mark.requirement("FR-AUTH-209")
async def test_a_token_is_told_when_it_is_made_and_never_again(
    api: Client, committed: Sessions, user: str
) -> None:
    answer = await api.post("/access-tokens", json={"name": "laptop"})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    created = answer.json()
    stored = await find_access_token(committed, created.pop("token"))
    assert stored
    assert (stored.user_id, str(stored.id)) == (user, created["id"])
    (token,) = await list_tokens(api)
    assert token.pop("last_used_at") is not None
    assert created.pop("last_used_at") is None
    assert token == created


@pytest.mark.requirement("FR-AUTH-209")
async def test_a_token_has_the_scopes_and_the_days_that_were_asked_for(api: Client) -> None:
    usual = await create(api)
    other = await create(api, scopes=["tasks:read"], expires_in_days=1)
    assert usual["scopes"] == ["tasks:read", "tasks:write"]
    assert other["scopes"] == ["tasks:read"]
    days = [
        datetime.fromisoformat(token["expires_at"]) - datetime.fromisoformat(token["created_at"])
        for token in (usual, other)
    ]
    assert days == [timedelta(days=90), timedelta(days=1)]


@pytest.mark.requirement("FR-AUTH-209")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "laptop", "scopes": []},
        {"name": "laptop", "scopes": ["admin"]},
        {"name": "laptop", "expires_in_days": 367},
        {"name": "laptop", "expires_in_days": 0},
        {"name": "laptop", "expires_at": None},
        {"name": "laptop", "user_id": "bob"},
        "laptop",
    ],
)
async def test_a_body_that_breaks_a_rule_makes_no_token(api: Client, body: Any) -> None:
    answer = await api.post("/access-tokens", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert await list_tokens(api) == []


@pytest.mark.requirement("FR-AUTH-209")
async def test_a_revoked_token_is_gone_from_the_list_and_good_for_nothing(
    api: Client, committed: Sessions
) -> None:
    valid, revoked = await create(api, "kept"), await create(api, "gone")
    path = f"/access-tokens/{revoked['id']}"
    assert (await api.delete(path)).status_code == 204
    assert await find_access_token(committed, revoked["token"]) is None
    assert [token["id"] for token in await list_tokens(api)] == [valid["id"]]
    repeated = await api.delete(path)
    assert (repeated.status_code, repeated.json()["code"]) == (404, "access_token_not_found")


@pytest.mark.requirement("FR-AUTH-209")
async def test_another_users_token_is_neither_listed_nor_revoked(
    stack: Stack, api: Client, committed: Sessions, user: str
) -> None:
    created = await create(api)
    other = f"{user}-other"
    path = f"/api/v1/{other}/access-tokens"
    headers = stack.as_user(other)
    assert (await stack.client.get(path, headers=headers)).json() == {"access_tokens": []}
    answer = await stack.client.delete(f"{path}/{created['id']}", headers=headers)
    assert answer.status_code == 404
    assert await find_access_token(committed, created["token"])


@pytest.mark.requirement("FR-AUTH-205")
async def test_one_token_too_many_is_refused_with_what_to_do(api: Client) -> None:
    for number in range(MOST_TOKENS):
        await create(api, f"client {number}")
    answer = await api.post("/access-tokens", json={"name": "one more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_access_tokens")
    assert "revoke one first" in answer.json()["detail"]


@pytest.mark.requirement("FR-AUTH-210")
async def test_an_access_token_does_not_open_the_api(stack: Stack, api: Client, user: str) -> None:
    token = (await create(api))["token"]
    answer = await stack.client.get(
        f"/api/{user}/access-tokens", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
