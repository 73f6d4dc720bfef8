"""Personal access tokens over REST: made here, and good at the MCP server."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict, Field

from chat_api.dependencies import AccessTokens
from chat_api.problems import COMMON_PROBLEMS, problem_responses
from db.token_values import NewAccessToken, TokenScope

router = APIRouter(prefix="/access-tokens", tags=["access tokens"], responses=COMMON_PROBLEMS)


class AccessTokenOut(BaseModel):
    """What a token opens and until when; the token itself was told when it was made."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    scopes: list[TokenScope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To the minute; null if it never was")


class AccessTokensOut(BaseModel):
    """The tokens that were not revoked, newest first; some may have expired."""

    model_config = ConfigDict(from_attributes=True)

    access_tokens: list[AccessTokenOut]


class CreatedAccessTokenOut(AccessTokenOut):
    """A new token, with what its client must send as bearer token. It is not told again."""

    token: str


@router.get("")
async def list_access_tokens(tokens: AccessTokens) -> AccessTokensOut:
    """List access tokens."""
    return AccessTokensOut.model_validate({"access_tokens": await tokens.all()})


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(_409="The user has as many tokens as one may have"),
)
async def create_access_token(
    tokens: AccessTokens, new: NewAccessToken, response: Response
) -> CreatedAccessTokenOut:
    """Make an access token, and tell it this once."""
    created, secret = await tokens.create(new)
    response.headers["Cache-Control"] = "no-store"
    fields = AccessTokenOut.model_validate(created).model_dump()
    return CreatedAccessTokenOut(**fields, token=secret)


@router.delete(
    "/{token_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(_404="The user has no such token, or revoked it before"),
)
async def revoke_access_token(tokens: AccessTokens, token_id: UUID) -> Response:
    """Revoke an access token; the next request that carries it is refused."""
    await tokens.revoke(token_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
