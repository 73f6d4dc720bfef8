"""The rules of lists as such; which list a task is in is a matter of `db.task_placement`."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from db.errors import ListNameTaken, ListNotFound, ListTasksUndecided, TooManyLists
from db.list_names import list_key
from db.notifier import tasks_topic
from db.task_list import MOST_COUNTED
from db.task_placement import LISTS_PER_USER
from db.task_values import Origin
from db.user_connection import UserConnection
from db.user_scoped import next_id
from db.values import DeletedListTasks, ListUpdate

_OPEN_TASKS = f"""(
    select count(*) from (
        select from tasks t
        where t.user_id = $1 and t.list_id = lists.id
            and not t.completed and t.deleted_at is null
        limit {MOST_COUNTED}
    ) as counted
) as open_tasks"""  # noqa: S608  the text is ours
_COLUMNS = f"id, name, position, archived_at, created_at, {_OPEN_TASKS}"
_EXISTING = f"select {_COLUMNS} from lists where user_id = $1 and deleted_at is null"  # noqa: S608
_ALL = f"{_EXISTING} and ($2 or archived_at is null) order by position, id"
_ONE = f"{_EXISTING} and id = $2"
_NAMED = "select name from lists where user_id = $1 and key = $2 and deleted_at is null"
_CREATE = f"""
    insert into lists (user_id, id, name, key, position, text_by)
    select $1, coalesce(max(id), 0) + 1, $2, $3, coalesce(max(position), 0) + 1, $4
    from lists where user_id = $1
    having count(*) filter (where deleted_at is null) < {LISTS_PER_USER}
    on conflict (user_id, key) where deleted_at is null do nothing
    returning id, name, position, archived_at, created_at, 0 as open_tasks
"""  # noqa: S608  the text is ours
_RENAME = """
    update lists set name = $3, key = $4, text_by = $5
    where user_id = $1 and id = $2 and not exists (
        select from lists o
        where o.user_id = $1 and o.id <> $2 and o.key = $4 and o.deleted_at is null
    )
    returning id
"""
_ARCHIVE = """
    update lists set archived_at = now() where user_id = $1 and id = $2 and archived_at is null
"""
_RESTORE = "update lists set archived_at = null where user_id = $1 and id = $2"
_PLACES = "select id from lists where user_id = $1 and deleted_at is null order by position, id"
_PLACE = """
    update lists set position = n
    from unnest(cast($2 as int[])) with ordinality as placed(list_id, n)
    where user_id = $1 and id = list_id and position <> n
"""
_COUNT = "select count(*) from tasks where user_id = $1 and list_id = $2 and deleted_at is null"
# `$3` is what becomes of the tasks, `$4` the client and `$5` the group; undo restores what changes.
_DELETE = """
    with gone as (
        update lists set deleted_at = now() where user_id = $1 and id = $2
    ), changed as (
        update tasks set version = version + 1, updated_at = now(),
            list_id = case when $3 = 'delete' then list_id end, deleted_at = at.moment
        from (select case when $3 = 'delete' then now() end as moment) as at
        where user_id = $1 and list_id = $2 and deleted_at is null
        returning tasks.*
    )
    insert into task_changes
        (user_id, id, task_id, action, before, after, client, created_at, group_id)
    select
        $1, last.id + row_number() over (order by changed.id), changed.id,
        case when $3 = 'delete' then 'deleted' else 'updated' end,
        jsonb_build_object('list_id', $2, 'deleted_at', null),
        to_jsonb(changed) - array['user_id', 'id']
            || jsonb_build_object('reminders', coalesce(of_task.reminders, '[]')),
        $4, now(), $5
    from changed
    left join (
        select task_id,
            jsonb_agg(to_jsonb(r) - array['user_id', 'task_id', 'delivered_at']) as reminders
        from reminders r where r.user_id = $1 group by task_id
    ) as of_task on of_task.task_id = changed.id
    cross join (
        select greatest(u.last_change_id, (
            select max(c.id) from task_changes c where c.user_id = $1
        )) as id
        from user_states u where u.user_id = $1
    ) as last
    returning id
"""
_COUNTED = """
    update user_states set last_change_id = greatest(last_change_id, $2) where user_id = $1
"""
_SHOWN = """
    select md5(coalesce(string_agg(
        concat_ws(' ', id, position, archived_at is not null, name), ',' order by id
    ), '')) as shown
    from lists where user_id = $1 and deleted_at is null
"""


@dataclass(frozen=True)
class TodoList:
    """A list; `open_tasks` counts up to 1,000."""

    id: int
    name: str
    position: int
    archived_at: datetime | None
    created_at: datetime
    open_tasks: int


class UserLists:
    """The lists of one user in one transaction, which must be one that writes for those that do."""

    def __init__(self, connection: UserConnection, origin: Origin) -> None:
        self._connection = connection
        self._origin = origin

    async def all(self, *, archived: bool = False) -> list[TodoList]:
        """Return the lists in their order; with `archived` the archived ones too."""
        return await self._lists(_ALL, archived)

    async def get(self, list_id: int) -> TodoList:
        """Return a list that was not deleted.

        Raises:
            ListNotFound: The user has none of that id.
        """
        found = await self._lists(_ONE, list_id)
        if not found:
            raise ListNotFound(str(list_id))
        return found[0]

    async def create(self, name: str) -> TodoList:
        """Make a list, behind all others.

        Raises:
            ListNameTaken: A list is found by that name.
            TooManyLists: It would be one more than a user may have.
        """
        key = list_key(name)
        created = await self._lists(_CREATE, name, key, self._origin.author)
        if created:
            await self._notify()
            return created[0]
        await self._check_free(key)
        raise TooManyLists(LISTS_PER_USER)

    async def update(self, list_id: int, update: ListUpdate) -> TodoList:
        """Change the given fields; a position beyond the last list is the last.

        Raises:
            ListNotFound: The user has none of that id.
            ListNameTaken: Another list is found by that name.
        """
        await self.get(list_id)
        changes = update.model_dump()
        if name := changes.get("name"):
            await self._rename(list_id, name)
        if "archived" in changes:
            await self._connection.fetch(_ARCHIVE if changes["archived"] else _RESTORE, list_id)
        if position := changes.get("position"):
            await self._place(list_id, position)
        await self._notify()
        return await self.get(list_id)

    async def delete(self, list_id: int, tasks: DeletedListTasks | None = None) -> None:
        """Delete a list, and do with its tasks as `tasks` says; undo of a task restores the list.

        Raises:
            ListNotFound: The user has none of that id.
            ListTasksUndecided: Tasks are in it, and `tasks` is None.
        """
        await self.get(list_id)
        ((count,),) = await self._connection.fetch(_COUNT, list_id)
        if count and tasks is None:
            raise ListTasksUndecided(count)
        values = list_id, tasks, self._origin.client, next_id()
        if changes := await self._connection.fetch(_DELETE, *values):
            await self._connection.fetch(_COUNTED, max(change["id"] for change in changes))
        await self._notify()

    async def _notify(self) -> None:
        await self._connection.notify(tasks_topic(self._connection.user_id))

    async def _lists(self, statement: str, *values: object) -> list[TodoList]:
        return [TodoList(**row) for row in await self._connection.fetch(statement, *values)]

    async def _rename(self, list_id: int, name: str) -> None:
        key = list_key(name)
        author = self._origin.author
        if not await self._connection.fetch(_RENAME, list_id, name, key, author):
            await self._check_free(key)

    async def _check_free(self, key: str) -> None:
        rows: list[asyncpg.Record] = await self._connection.fetch(_NAMED, key)
        if rows:
            raise ListNameTaken(rows[0]["name"])

    async def _place(self, list_id: int, position: int) -> None:
        others = [row["id"] for row in await self._connection.fetch(_PLACES)]
        others.remove(list_id)
        others.insert(position - 1, list_id)
        await self._connection.fetch(_PLACE, others)


class ListFeed:
    """Whether the lists of one user are others, or have other names or places, than before."""

    def __init__(self) -> None:
        self._shown: str | None = None

    async def has_changed(self, connection: UserConnection) -> bool:
        """Return whether they have changed since the last call; the first one returns False."""
        (row,) = await connection.fetch(_SHOWN)
        before, self._shown = self._shown, row["shown"]
        return before not in {None, self._shown}
