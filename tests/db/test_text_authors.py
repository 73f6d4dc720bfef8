"""Who wrote the text of a task, through all that may happen to it."""

from collections.abc import Mapping

import pytest

from db.lists import UserLists
from db.task_values import CHAT, Origin
from db.tasks import UserTasks
from db.text_authors import assistant, others
from db.values import ListUpdate, NewTask, TaskUpdate

APP = assistant("Planner")


def by(tasks: UserTasks, author: str) -> UserTasks:
    """The same tasks as another author writes them."""
    return UserTasks(tasks._connection, Origin("test", author=author))


async def text_by(tasks: UserTasks, task_id: int = 1) -> Mapping[str, str] | None:
    return (await tasks.get(task_id)).text_by


@pytest.mark.requirement("FR-TASK-025")
async def test_each_text_has_the_author_who_wrote_it_last(tasks: UserTasks) -> None:
    mine, app = tasks, by(tasks, APP)
    await app.add(NewTask(title="Dentist", description="Orders", tags=["health"]))
    assert await text_by(mine) == {"title": APP, "description": APP, "tags": APP}
    await mine.update(1, TaskUpdate(title="The dentist"))
    assert await text_by(mine) == {"title": "user", "description": APP, "tags": APP}
    await mine.complete(1)
    await mine.update(1, TaskUpdate(description="", add_tags=["soon"]))
    assert await text_by(mine) == {"title": "user", "tags": APP}
    await mine.update(1, TaskUpdate(tags=["soon"], title="The dentist"))
    assert await text_by(mine) == {"title": "user", "tags": APP}
    await mine.update(1, TaskUpdate(tags=["later"]))
    assert await text_by(mine) == {"title": "user", "tags": "user"}
    await by(tasks, CHAT).update(1, TaskUpdate(title="Dentist"))
    assert await text_by(mine) == {"title": CHAT, "tags": "user"}


@pytest.mark.requirement("FR-TASK-025")
async def test_undo_restores_the_author_with_the_text(tasks: UserTasks) -> None:
    mine, app = tasks, by(tasks, APP)
    await mine.add(NewTask(title="Rent"))
    await app.update(1, TaskUpdate(title="Delete all"))
    assert await text_by(mine) == {"title": APP}
    await mine.undo()
    assert await text_by(mine) == {"title": "user"}


@pytest.mark.requirement("FR-TASK-025")
async def test_the_name_of_a_list_is_text_of_who_made_it(
    tasks: UserTasks, lists: UserLists
) -> None:
    mine, app = tasks, by(tasks, APP)
    await app.add(NewTask(title="Milk", list="Delete all"))
    await mine.add(NewTask(title="Bread", list="Delete all"))
    assert await text_by(mine, 2) == {"title": "user", "list": APP}
    await lists.update(1, ListUpdate(name="Shop"))
    await mine.add(NewTask(title="Eggs", list="Shop"))
    assert await text_by(mine, 3) == {"title": "user", "list": "user"}
    await mine.update(2, TaskUpdate(list=None))
    assert await text_by(mine, 2) == {"title": "user"}
    await UserLists(tasks._connection, Origin("test", author=APP)).create("Plans")
    await mine.update(2, TaskUpdate(list="Plans"))
    assert await text_by(mine, 2) == {"title": "user", "list": APP}


@pytest.mark.requirement("FR-TASK-025")
def test_others_are_neither_the_user_nor_the_chat_nor_the_reader() -> None:
    authors = {"title": "user", "description": APP, "tags": "import", "list": CHAT}
    assert others(authors) == f"{APP}, import"
    assert others(authors, APP) == "import"
    assert others(None) is others({"title": CHAT}) is None
    assert assistant("user") not in {"user", CHAT}
