"""All that is kept of a user, over REST."""

from fastapi import APIRouter, Response, status

from chat_api.dependencies import EverythingOfUser
from chat_api.routes.documented import COMMON

router = APIRouter(tags=["user"], responses=COMMON)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def erase_everything(everything: EverythingOfUser) -> Response:
    """Delete all of the user's tasks, conversations, access tokens and settings for good.

    It is done as a whole or not at all, and may be asked for again.
    """
    await everything.erase()
    return Response(status_code=status.HTTP_204_NO_CONTENT)
