"""Lists of tasks over REST."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict

from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import Lists, Once
from db.values import LARGEST_ID, DeletedListTasks, ListUpdate, NewList

router = APIRouter(prefix="/lists", tags=["lists"], responses=COMMON_PROBLEMS)

_NO_LIST = problem_responses(_404="The user has no such list")

ListId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The list's id")]


class ListOut(BaseModel):
    """A list; `open_tasks` counts up to 1,000."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    position: int
    archived_at: datetime | None
    created_at: datetime
    open_tasks: int


class ListsOut(BaseModel):
    """The lists in their order; tasks without one are in the Inbox."""

    model_config = ConfigDict(from_attributes=True)

    lists: list[ListOut]


@router.get("")
async def list_lists(
    lists: Lists,
    archived: Annotated[bool, Query(description="With the archived ones")] = False,
) -> ListsOut:
    """List the lists."""
    return ListsOut.model_validate({"lists": await lists.all(archived=archived)})


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(_409="The name is taken, or the user has the most lists allowed"),
)
async def create_list(lists: Lists, new: NewList, once: Once) -> ListOut:
    """Make a list; a task that names an unknown one makes it too."""
    await once.check()
    made = ListOut.model_validate(await lists.create(new.name))
    await once.store(made.model_dump(mode="json"))
    return made


@router.patch(
    "/{list_id}", responses=_NO_LIST | problem_responses(_409="Another list has that name")
)
async def update_list(lists: Lists, list_id: ListId, update: ListUpdate) -> ListOut:
    """Rename, move or archive a list; archived with its tasks, it comes back with them."""
    return ListOut.model_validate(await lists.update(list_id, update))


@router.delete("/{list_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_NO_LIST)
async def delete_list(
    lists: Lists,
    list_id: ListId,
    tasks: Annotated[
        DeletedListTasks | None, Query(description="What becomes of its tasks, if it has some")
    ] = None,
) -> Response:
    """Delete a list; undo of a task that was in it restores it."""
    await lists.delete(list_id, tasks)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
