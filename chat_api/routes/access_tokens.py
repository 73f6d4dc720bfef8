"""Personal access tokens over REST: created here, accepted by the MCP server."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict, Field

from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import RECENT_LOGIN, AccessTokens, OnceInSession
from db.errors import TokenNotRepeated
from db.idempotency import AlreadyWritten
from db.values import NewAccessToken, TokenScope

router = APIRouter(prefix="/access-tokens", tags=["access tokens"], responses=COMMON_PROBLEMS)


class AccessTokenOut(BaseModel):
    """A token's scopes and lifetime; the token itself is shown only when it is created."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    scopes: list[TokenScope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To the minute; null if it was never used")


class AccessTokensOut(BaseModel):
    """The tokens that are not revoked, newest first; some may have expired."""

    model_config = ConfigDict(from_attributes=True)

    access_tokens: list[AccessTokenOut]


class CreatedAccessTokenOut(AccessTokenOut):
    """A new token, with the bearer token that its client sends. It is not shown again."""

    token: str


@router.get("")
async def list_access_tokens(tokens: AccessTokens) -> AccessTokensOut:
    """List access tokens."""
    return AccessTokensOut.model_validate({"access_tokens": await tokens.all()})


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[RECENT_LOGIN],
    responses=problem_responses(
        _409="The user has the most tokens allowed, or the token was made before under the key"
    ),
)
async def create_access_token(
    tokens: AccessTokens, new: NewAccessToken, response: Response, once: OnceInSession
) -> CreatedAccessTokenOut:
    """Create an access token. Only this response shows it: a repeated request gets a 409.

    The user must have logged in lately: else it is answered with 403 `recent_login_required`.
    """
    try:
        await once.check()
    except AlreadyWritten as error:
        raise TokenNotRepeated from error
    created, secret = await tokens.create(new)
    await once.store({"id": str(created.id)})
    response.headers["Cache-Control"] = "no-store"
    fields = AccessTokenOut.model_validate(created).model_dump()
    return CreatedAccessTokenOut(**fields, token=secret)


@router.delete(
    "/{token_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(_404="The user has no such token, or has revoked it"),
)
async def revoke_access_token(tokens: AccessTokens, token_id: UUID) -> Response:
    """Revoke an access token; the next request with it is refused."""
    await tokens.revoke(token_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
