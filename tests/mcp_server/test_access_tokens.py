"""Personal access tokens at the MCP server's door."""

import pytest

from db.access_tokens import UserAccessTokens
from db.engine import Sessions, transaction
from tests.mcp_server.plain import calling, personal_token, post
from tests.stack import Stack


@pytest.mark.requirement("FR-MCP-103")
async def test_a_personal_token_opens_its_users_tasks(
    stack: Stack, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user)
    added = await post(stack, token, calling("add_task", title="Buy milk"))
    assert added.json()["result"]["structuredContent"]["task_id"] == 1
    through_the_api = await post(stack, stack.mcp_token(user), calling("list_tasks"))
    assert through_the_api.json()["result"]["structuredContent"]["total"] == 1
    async with transaction(committed, user) as session:
        (kept,) = await UserAccessTokens(session, user).all()
    assert kept.last_used_at is not None


@pytest.mark.requirement("FR-MCP-103")
async def test_it_opens_no_more_than_its_scopes(
    stack: Stack, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user, scopes=["tasks:read"])
    assert (await post(stack, token, calling("list_tasks"))).status_code == 200
    assert (await post(stack, token, calling("add_task", title="x"))).status_code == 403


@pytest.mark.requirement("FR-MCP-103")
async def test_a_revoked_token_opens_nothing_from_the_next_request_on(
    stack: Stack, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user)
    assert (await post(stack, token, calling("list_tasks"))).status_code == 200
    async with transaction(committed, user) as session:
        tokens = UserAccessTokens(session, user)
        await tokens.revoke((await tokens.all())[0].id)
    refused = await post(stack, token, calling("list_tasks"))
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


@pytest.mark.requirement("FR-MCP-103")
@pytest.mark.parametrize("token", ["tdc_", "tdc_" + "x" * 43, "tdc_%" + "x" * 42])
async def test_a_made_up_token_opens_nothing(stack: Stack, token: str) -> None:
    assert (await post(stack, token, calling("list_tasks"))).status_code == 401
