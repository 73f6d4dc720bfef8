"""Revoking what was issued in the user's name, over REST."""

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict, Field

from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import Caller, Connection
from db.revocation import revoke_signed_tokens, revoke_stored_tokens

router = APIRouter(prefix="/revocations", tags=["user"], responses=COMMON_PROBLEMS)


class NewRevocation(BaseModel):
    """What to revoke; by default the signed tokens of all clients."""

    model_config = ConfigDict(extra="forbid")

    client: str | None = Field(
        None, min_length=1, max_length=255, description="Only the signed tokens of this client"
    )
    stored: bool = Field(
        default=False, description="Personal access tokens and the calendar feed as well"
    )


@router.post("", status_code=status.HTTP_204_NO_CONTENT)
async def revoke(connection: Connection, caller: Caller, revocation: NewRevocation) -> Response:
    """Revoke the signed tokens that were issued before the one of this request.

    Each is refused from the next request on, by the API and by the MCP server.
    """
    await revoke_signed_tokens(connection, caller.issued_at or 0, revocation.client)
    if revocation.stored:
        await revoke_stored_tokens(connection)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
