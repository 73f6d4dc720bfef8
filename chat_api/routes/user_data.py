"""Everything that is stored of a user, over REST."""

from fastapi import APIRouter, Response, status

from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import UserDataDep

router = APIRouter(tags=["user"], responses=COMMON_PROBLEMS)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def erase_everything(user_data: UserDataDep) -> Response:
    """Delete all of the user's tasks, conversations, access tokens and settings permanently.

    Either all is deleted or nothing; the request can be repeated.
    """
    await user_data.erase()
    return Response(status_code=status.HTTP_204_NO_CONTENT)
