"""The statements of a task write: one reads what it needs, one stores all that it does.

They are text, so that nothing is compiled anew for each call, and each is one round trip. `$1` is
the user's id. The transaction holds the user's lock before the first one begins, so numbers that
it reads are still the last ones when the second one stores their successors.
"""

from db.idempotency import ANSWER_CTES
from db.reminder_values import DEFAULT_REMINDER, NO_REMINDER

TASK_COLUMNS = (
    "id, title, description, completed, completed_at, due_on, priority, tags, created_at, "
    "updated_at, deleted_at, version, due_time, repeat, repeat_from, series, moved_from, list_id, "
    "text_by"
)


def list_name(list_id: str) -> str:
    """Return the expression of the name of a list, None for the Inbox."""
    return f"(select l.name from lists l where l.user_id = $1 and l.id = {list_id}) as list"  # noqa: S608


def reminders_of(task: str) -> str:
    """Return the expression of a task's reminders, as JSON in the order in which they fire."""
    return f"""(
        select jsonb_agg(jsonb_build_array(id, spec, fires_at, status) order by fires_at, spec)
        from reminders where user_id = $1 and task_id = {task}.id
    ) as reminders"""  # noqa: S608  the text is ours


TASKS = (
    f"select {TASK_COLUMNS}, {list_name('tasks.list_id')}, {reminders_of('tasks')} "  # noqa: S608
    "from tasks where user_id = $1"
)
# Tasks of archived lists are found by their numbers, and in their lists.
NOT_ARCHIVED = (
    "not array[list_id] <@ array("
    "select l.id from lists l where l.user_id = $1 and l.archived_at is not null)"
)
_STORED = ", ".join(f"t.{name}" for name in TASK_COLUMNS.split(", "))
_TASK = f"{_STORED}, t.reminders"
# A new task is compared with what was added just before it.
_NEWEST = f"""
    select id, title from (
        select id, title, created_at from tasks
        where user_id = $1 and deleted_at is null and {NOT_ARCHIVED}
        order by id desc limit 10
    ) as newest
    where created_at > statement_timestamp() - interval '1 minute'
    order by id desc
"""  # noqa: S608  the text is ours


def titled(words: str) -> str:
    """Return the statement of the newest tasks whose titles match all patterns of a parameter."""
    return (
        f"{TASKS} and deleted_at is null and {NOT_ARCHIVED} "
        f"and title ilike all (cast({words} as text[])) "
        "order by id desc limit 200"
    )


_WHOLE = f"{_TASK}, t.list"
_TITLE = "t.id, t.title"
_NO_LISTS = "cast(null as jsonb) as lists"


def _with_lists(key: str) -> str:
    """Return the list that is found by a key, and what a new one needs to know of the others."""
    return f"""
        jsonb_build_object(
            'found', (
                select to_jsonb(l) from lists l
                where l.user_id = $1 and l.key = {key} and l.deleted_at is null
            ),
            'last_id', (select coalesce(max(l.id), 0) from lists l where l.user_id = $1),
            'last_position', (select coalesce(max(position), 0) from lists l where l.user_id = $1),
            'count', (select count(*) from lists l where l.user_id = $1 and l.deleted_at is null)
        ) as lists
    """  # noqa: S608  the text is ours


def _begin(rows: str, *columns: str) -> str:
    """Return the statement that begins a write which needs columns of some rows, called `t`.

    `$2` is the idempotency key, whose answer it returns, and `$3` the turn that the write belongs
    to, which can't end before the transaction does.
    """
    return f"""
        with turn as (
            select user_id from turns
            where user_id = $1 and id = $3 and status = 'running'
            for share
        )
        select
            greatest(
                0, u.last_task_id, (select max(id) from tasks where user_id = $1)
            ) as last_task,
            greatest(
                0, u.last_change_id, (select max(id) from task_changes where user_id = $1)
            ) as last_change,
            statement_timestamp() as now,
            s.timezone,
            case when s.user_id is null then '{DEFAULT_REMINDER}'
                else coalesce(s.default_reminder, '{NO_REMINDER}') end as default_reminder,
            exists (select from turn) as turn_runs,
            k.request_hash, k.response, {", ".join(columns)}
        from (select) as one
        left join user_states u on u.user_id = $1
        left join user_settings s on s.user_id = $1
        left join idempotency k on k.user_id = $1 and k.key = $2
        left join lateral ({rows}) as t on true
    """  # noqa: S608  the text is ours


_NUMBERED = f"{TASKS} and deleted_at is null and id = $4"
BEGIN_ADD = _begin(_NEWEST, _NO_LISTS, _TITLE)
BEGIN_CHANGE = _begin(_NUMBERED, _NO_LISTS, _WHOLE)
BEGIN_CHANGE_OF_TITLED = _begin(titled("$4"), _NO_LISTS, _WHOLE)
# The same of a write that names a list, whose key comes last. Were it one statement for both, which
# looks no list up where the key is null, Postgres would plan it anew for each execution.
BEGIN_ADD_TO_LIST = _begin(_NEWEST, _with_lists("$4"), _TITLE)
BEGIN_CHANGE_OF_LIST = _begin(_NUMBERED, _with_lists("$5"), _WHOLE)
BEGIN_CHANGE_OF_LIST_OF_TITLED = _begin(titled("$4"), _with_lists("$5"), _WHOLE)
# An import names many lists, and needs to know no task.
BEGIN_IMPORT = _begin(
    "select",
    """
        jsonb_build_object(
            'all', (
                select coalesce(jsonb_agg(to_jsonb(l)), '[]') from lists l
                where l.user_id = $1 and l.deleted_at is null
            ),
            'last_id', (select coalesce(max(l.id), 0) from lists l where l.user_id = $1),
            'last_position', (select coalesce(max(position), 0) from lists l where l.user_id = $1),
            'count', (select count(*) from lists l where l.user_id = $1 and l.deleted_at is null)
        ) as lists
    """,
)

# What undo may take back: the newest change, and the newest of the conversation of turn `$4`, each
# with the other changes of its group and task by task. Of a change elsewhere, that undo in a
# conversation only tells of, the group is left out. `before` is the task before the group, and
# `newest_of_task` its newest change. `list_before` is the list that the task was in, or the one
# that has its name now; `emptied_list` the list that the group made, if no other task is in it.
_UNDOABLE = "user_id = $1 and not undone and action <> 'undone'"
_IN_GROUP = "(id = c.change_id or group_id = c.group_id)"
_OF_TASK = f"""
    select task_id, min(id) as first, max(id) as last, max(made_list) as made_list,
        array_agg(id order by id) as change_ids
    from task_changes
    where {_UNDOABLE} and {_IN_GROUP} and (c.here or $4::uuid is null or id = c.change_id)
    group by task_id
"""  # noqa: S608  the text is ours
BEGIN_UNDO = _begin(
    f"""
        select c.change_id, c.action, first.before, c.here, m.last, m.change_ids, {_STORED},
            {reminders_of("t")}, {list_name("t.list_id")}, (
            select max(id) from task_changes where {_UNDOABLE} and task_id = m.task_id
        ) as newest_of_task, (
            select to_jsonb(named) from lists l join lists named
                on named.user_id = $1 and named.key = l.key
                and (named.id = l.id or named.deleted_at is null)
            where l.user_id = $1 and l.id = cast(first.before ->> 'list_id' as int)
            order by named.deleted_at is not null
            limit 1
        ) as list_before, (
            select to_jsonb(l) from lists l
            where l.user_id = $1 and l.id = m.made_list and l.deleted_at is null and not exists (
                select from tasks o
                where o.user_id = $1 and o.list_id = l.id and o.deleted_at is null
                    and o.id not in (
                        select task_id from task_changes where {_UNDOABLE} and {_IN_GROUP}
                    )
            )
        ) as emptied_list
        from (
            (
                select id as change_id, group_id, action, false as here
                from task_changes where {_UNDOABLE}
                order by id desc limit 1
            )
            union all
            (
                select id, group_id, action, true
                from task_changes where {_UNDOABLE} and turn_id in (
                    select b.id from turns a
                    join turns b
                        on b.user_id = a.user_id and b.conversation_id = a.conversation_id
                    where a.user_id = $1 and a.id = $4
                )
                order by id desc limit 1
            )
        ) as c
        cross join lateral ({_OF_TASK}) as m
        join task_changes first on first.user_id = $1 and first.id = m.first
        join tasks t on t.user_id = $1 and t.id = m.task_id
        order by m.last desc
    """,  # noqa: S608  the text is ours
    "t.change_id, t.action, t.before, t.here, t.last, t.change_ids, t.newest_of_task, "
    f"t.list_before, t.emptied_list, {_TASK}, t.list",
)

# `$2` is a row of `idempotency` as JSON, `$3` are rows of `task_changes`, one for each task of
# `$4`, which are the tasks after them. `$5` are the rows of lists that are made, deleted or
# restored, `$6` the numbers of the changes that are taken back, `$7` the last number of a task and
# `$8` that of a change.
# A reminder that has fired since the write began stays so, unless it is to fire at another time.
_STORE = f"""
    {ANSWER_CTES}, given as (
        select cast(value ->> 'id' as int) as task_id, value
        from jsonb_array_elements($4)
    ), reminder as (
        select r.*, given.task_id
        from given, jsonb_to_recordset(value -> 'reminders')
            as r (id uuid, spec text, fires_at timestamptz, status text)
    ), removed_reminders as (
        delete from reminders
        where user_id = $1 and task_id in (select task_id from given)
            and id not in (select id from reminder)
    ), stored_reminders as (
        insert into reminders as r (user_id, id, task_id, spec, fires_at, status)
        select $1, id, task_id, spec, fires_at, status from reminder
        on conflict (user_id, id) do update
        set fires_at = excluded.fires_at, status = excluded.status, delivered_at = null
        where r.fires_at <> excluded.fires_at
            or (r.status in ('waiting', 'dropped') and r.status <> excluded.status)
    ), stored_lists as (
        insert into lists (user_id, id, name, key, position, archived_at, deleted_at, text_by)
        select $1, id, name, key, position, archived_at, deleted_at, text_by
        from jsonb_populate_recordset(null::lists, $5)
        on conflict (user_id, id) do update set deleted_at = excluded.deleted_at
    ), undone as (
        update task_changes set undone = true
        where user_id = $1 and id in (select cast(value as int) from jsonb_array_elements_text($6))
    ), change as (
        insert into task_changes
            (user_id, id, task_id, action, before, after, client, turn_id, group_id, undoes,
            created_at, made_list)
        select $1, c.id, c.task_id, action, before, value - array['id', 'list'], client, turn_id,
            group_id, undoes, created_at, made_list
        from jsonb_populate_recordset(null::task_changes, $3) as c
        join given on given.task_id = c.task_id
    ), counted as (
        update user_states
        set last_task_id = greatest(last_task_id, cast($7 as int)),
            last_change_id = greatest(last_change_id, cast($8 as int))
        where user_id = $1
    )
    select
"""  # noqa: S608  the text is ours
STORE_ADDED = f"""
    with task as (
        insert into tasks (user_id, {TASK_COLUMNS})
        select $1, {TASK_COLUMNS} from jsonb_populate_recordset(null::tasks, $4)
    ), {_STORE}
"""  # noqa: S608  the text is ours
STORE_CHANGED = f"""
    with task as (
        update tasks
        set ({TASK_COLUMNS}) = ({_STORED})
        from jsonb_populate_recordset(null::tasks, $4) as t
        where tasks.user_id = $1 and tasks.id = t.id
    ), {_STORE}
"""  # noqa: S608  the text is ours
