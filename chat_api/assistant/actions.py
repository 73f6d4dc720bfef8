"""Carries out what changes tasks: add, complete, reopen, update, delete, undo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chat_api.assistant.changes import arguments_of, changes_to, dates_to_come, needs_current
from chat_api.assistant.contract import TaskSnapshot, ToolCall, ToolResult
from chat_api.assistant.frame import NO_TARGET, Request
from chat_api.assistant.lookup import Found, listed, resolve
from chat_api.assistant.replies import (
    SHOW,
    Context,
    Outcome,
    ask_change,
    ask_whether,
    ask_which,
    counted,
    escaped,
    joined,
    not_found,
    quoted,
    refused,
)
from chat_api.assistant.small_talk import asked_about
from chat_api.assistant.state import Question
from chat_api.assistant.steps import Steps
from chat_api.assistant.titles import carries, match_title, titles_of
from chat_api.assistant.values import NO_VALUES, choices_of

_UNDO = "Undo"
# A reminder so long before a task is due: "2h".
_UNITS = frozenset("mhdw")
# More tasks than these are moved only after a yes.
_MOST_UNASKED = 20
_LONGEST_OFFER = 60
# "Add a task" says no more than that.
_BARE = 3
_SAID_OF = {"complete": "Completed", "delete": "Deleted", "reopen": "Reopened"}
_SAME_OF = {"complete": "completed already", "delete": "deleted already", "reopen": "still open"}
_ASKED_OF = {"complete": "Mark", "delete": "Delete", "reopen": "Reopen", "update": "Change"}
_BEFORE = {
    "created": "{name} is off your list again.",
    "completed": "{name} is as it was before you completed it.",
    "updated": "{name} is as it was before.",
    "deleted": "{name} is back on your list.",
}


def add(requests: Sequence[Request], context: Context) -> Steps[Outcome]:
    """Add a task for each title of the requests."""
    titled = [
        (request, [title for title in titles_of(request.titles) if carries(title)])
        for request in requests
    ]
    if not any(titles for _, titles in titled):
        question = Question("title", "add", values=requests[0].values)
        told = replace(requests[0], intent="none", text=context.message, alternatives=())
        says_more = len(context.message.split()) > _BARE and not requests[0].values.list
        if says_more and (instead := (yield from asked_about(told, context))):
            return instead
        text = "What should I add?"
        if name := requests[0].values.list:
            text = f"What should go on the list {quoted(name)}? It begins with its first task."
        return Outcome(text, question=question)
    present = yield from _present(titled)
    new = [
        (request, title) for request, titles in titled for title in titles if title not in present
    ]
    calls = [ToolCall("add_task", _new_task(*each)) for each in new]
    # "Add nappies, add nappies and wipes" says one of them twice.
    results = yield tuple(each for place, each in enumerate(calls) if each not in calls[:place])
    return _added(requests, results, tuple(present.values()), context)


def lacks_moment(request: Request) -> bool:
    """Whether a new task has two days or times, or a reminder before a date that it has not."""
    values = request.values
    before = any(each[-1:] in _UNITS and each[0].isdigit() for each in values.reminders or ())
    undated = before and not (values.due_on or values.repeat)
    return bool(request.titles) and (request.ask or undated)


def ask_moment(request: Request, context: Context) -> Steps[Outcome]:
    """Ask when a new task is due."""
    yield from ()
    choices = choices_of(request.entities, context.now)
    wording = context.wording
    moments = [
        wording.when(each.due_on, each.due_time) or f"at {each.due_time}" for each in choices
    ]
    offers = tuple(f"{each[:1].upper()}{each[1:]}" for each in moments)
    why = "A task has one date and time." if moments else "A reminder before it needs a day."
    either = f": {joined(moments, 'or')}" if moments else ""
    text = f"When is {quoted(request.titles[0])} due{either}? {why}"
    question = Question("reading", "add", text=request.text)
    return Outcome(text, question=question, suggestions=offers or ("Tomorrow", "On Friday"))


def _present(
    titled: Sequence[tuple[Request, Sequence[str]]],
) -> Steps[Mapping[str, TaskSnapshot]]:
    """Return the open tasks for the titles that are to be added only if they are not there."""
    titles = [
        title for request, each in titled if request.has("aspect", "missing") for title in each
    ]
    if not titles:
        return {}
    tasks = yield from listed(status="pending")
    matches = {title: match_title(title, tasks) for title in titles}
    return {title: match.tasks[0] for title, match in matches.items() if match.certain}


def _new_task(request: Request, title: str) -> dict[str, Any]:
    arguments = arguments_of(request.values, tags="tags")
    if request.has("aspect", "remind") and not {"due_time", "reminders"} & arguments.keys():
        # "Remind me on friday" means a reminder, which a day without a time has not by itself.
        arguments |= {"reminders": ["0m"]} if {"due_on", "repeat"} & arguments.keys() else {}
    if request.description:
        arguments["description"] = request.description
    return {"title": title, **arguments}


def _added(
    requests: Sequence[Request],
    results: Sequence[ToolResult],
    present: Sequence[TaskSnapshot],
    context: Context,
) -> Outcome:
    wording = context.wording
    tasks = tuple(result.task for result in results if result.task)
    parts = [f"{wording.name(task)} is on your list already." for task in present]
    if len(tasks) == 1:
        details = wording.details(tasks[0])
        parts.append(f"Added {wording.name(tasks[0])}{f', {details}' if details else ''}.")
    elif tasks and wording.numbers:
        parts.append(f"Added {counted(len(tasks), 'task')}:\n{wording.lines(tasks)}\n")
    elif tasks:
        parts.append(f"Added {wording.names(tasks)}.")
    reminded = next((each for each in requests if each.has("aspect", "remind")), requests[0])
    parts += _new_lists(results) + _reminder(reminded, tasks, context)
    parts += [refused(result.error).text for result in results if result.error]
    parts += [
        f"I left out {quoted(each.text)}: it has no name." for each in requests if not each.titles
    ]
    beside = [words for each in requests if len(each.titles) > 1 for words in each.rest]
    parts += _left_out(beside)
    ids = tuple(task.id for task in (*tasks, *present))
    focus = tuple(task.id for task in tasks)
    suggestions = (_UNDO,) if tasks else ()
    text = " ".join(parts).strip()
    return Outcome(text, ids, "add", focus, requests[-1], suggestions=suggestions)


def _left_out(words: Sequence[str]) -> list[str]:
    """Name what no field has taken."""
    return [f"I left out {joined([quoted(each) for each in words])}."] if words else []


def _new_lists(results: Sequence[ToolResult]) -> list[str]:
    """Say which lists were made, because no list had the name."""
    made = [each.task for each in results if each.task and (each.data or {}).get("list_created")]
    names = dict.fromkeys(task.list for task in made if task.list)
    return [f"{escaped(name)} is a new list." for name in names]


def _reminder(request: Request, tasks: Sequence[TaskSnapshot], context: Context) -> list[str]:
    """Say when reminders come, and to who asked for one, where."""
    moments = {moment for task in tasks for moment in task.reminders}
    if not moments:
        return []
    when = joined([context.wording.moment(each) for each in sorted(moments)[:2]])
    where = ", at the bell in the app" if request.has("aspect", "remind") else ""
    return [f"I'll remind you {when}{where}."]


def complete(request: Request, context: Context) -> Steps[Outcome]:
    """Mark tasks as done."""
    return (yield from _act(request, context, _call("complete_task")))


def delete(request: Request, context: Context) -> Steps[Outcome]:
    """Delete tasks."""
    return (yield from _act(request, context, _call("delete_task")))


def reopen(request: Request, context: Context) -> Steps[Outcome]:
    """Make completed tasks open again."""
    return (yield from _act(request, context, _call("update_task", completed=False)))


def _call(name: str, **arguments: Any) -> Callable[[TaskSnapshot], ToolCall]:
    return lambda task: ToolCall(name, {"task_id": task.id, **arguments})


def _act(
    request: Request, context: Context, call: Callable[[TaskSnapshot], ToolCall]
) -> Steps[Outcome]:
    """Do one thing to all tasks of a request, after a yes where they are not named singly."""
    found = yield from _undone_and_found(request, context)
    if found.question:
        return found.question
    confirm = request.target.confirm or found.described
    if confirm and (len(found.tasks) > 1 or request.intent == "delete"):
        return _confirm(request, found.tasks, context)
    results = yield tuple(call(task) for task in found.tasks)
    return _acted(request, found, results, context)


def _undone_and_found(request: Request, context: Context, *, current: bool = False) -> Steps[Found]:
    found = yield from resolve(request, context, current=current)
    if request.undo_first and found.tasks and not found.question:
        yield (ToolCall("undo_last_change"),)
    return found


def _confirm(request: Request, tasks: Sequence[TaskSnapshot], context: Context) -> Outcome:
    wording = context.wording
    verb = _ASKED_OF[request.intent]
    done = " as done" if request.intent == "complete" else ""
    if len(tasks) == 1:
        return ask_whether(request, tasks, f"{verb} {wording.name(tasks[0])}{done}?")
    lines = f"\n{wording.lines(tasks)}" if wording.numbers else ""
    return ask_whether(request, tasks, f"{verb} these {len(tasks)} tasks{done}?{lines}")


def _acted(
    request: Request, found: Found, results: Sequence[ToolResult], context: Context
) -> Outcome:
    wording = context.wording
    done, same, changed = _by_status(results)
    parts = [f"{_SAID_OF[request.intent]} {wording.names(changed)}."] if changed else []
    are = "is" if len(same) == 1 else "are"
    parts += [f"{wording.names(same)} {are} {_SAME_OF[request.intent]}."] if same else []
    parts += [
        f"It is due again {wording.day(result.data['next_due_on'])}."
        for result in results
        if result.data and "next_due_on" in result.data
    ]
    parts += _failures(found, results)
    to_come = dates_to_come(request, context.today) if request.intent == "complete" else []
    parts += _left_out(to_come)
    ids = tuple(task.id for task in done)
    offers = [f"Add {words} {when}" for words in request.target.words[:1] for when in to_come[:1]]
    suggestions = (*((_UNDO,) if changed else (SHOW,)), *offers)
    return Outcome(" ".join(parts), ids, request.intent, ids, request, suggestions=suggestions)


def _failures(found: Found, results: Sequence[ToolResult]) -> list[str]:
    pairs = zip(found.tasks, results, strict=True)
    errors = [refused(result.error, task.id).text for task, result in pairs if result.error]
    return errors + ([not_found(found.missing)] if found.missing else [])


def _by_status(
    results: Sequence[ToolResult],
) -> tuple[list[TaskSnapshot], list[TaskSnapshot], list[TaskSnapshot]]:
    """Return the tasks of writes: all, those that were so already, and those that changed."""
    tasks = [each.task for each in results if each.task]
    same = [
        each.task
        for each in results
        if each.task and (each.data or {}).get("status") == "unchanged"
    ]
    return tasks, same, [task for task in tasks if task not in same]


def update(request: Request, context: Context) -> Steps[Outcome]:
    """Change values, titles and notes of tasks."""
    found = yield from _undone_and_found(request, context, current=needs_current(request))
    if found.question:
        return found.question
    if request.new_title and len(found.tasks) > 1:
        return ask_which(request, found.tasks, context.wording)
    changes = {task.id: changes_to(request, task, context.now) for task in found.tasks}
    if found.tasks and not any(changes.values()):
        done = [task.id for task in found.tasks]
        other = replace(request, intent="none", target=NO_TARGET, alternatives=())
        # "The tower's gone back as well" is no change of the task that was spoken of before.
        question = None if request.target.words else (yield from asked_about(other, context, done))
        return question or ask_change(request, found.tasks, context.wording)
    described = bool(request.target.described)
    if request.target.confirm and len(found.tasks) > (_MOST_UNASKED if described else 1):
        return _confirm(request, found.tasks, context)
    results = yield tuple(
        ToolCall("update_task", {"task_id": task.id, **changes[task.id]}) for task in found.tasks
    )
    return _updated(request, found, results, context)


def _updated(
    request: Request, found: Found, results: Sequence[ToolResult], context: Context
) -> Outcome:
    wording = context.wording
    tasks, same, changed = _by_status(results)
    parts = [
        f"{wording.name(each)} stays as it is: {wording.details(each) or 'no date'}."
        for each in same
    ]
    if len(changed) == 1:
        details = wording.details(changed[0]) or "no date"
        parts.append(f"Changed {wording.name(changed[0])}: {details}.")
    elif changed:
        parts.append(f"Changed {counted(len(changed), 'task')}: {wording.names(changed)}.")
    parts += _new_lists(results) + _reminder(request, changed, context)
    parts += _failures(found, results) + (_left_out(request.rest) if tasks else [])
    ids = tuple(task.id for task in tasks)
    suggestions = (_UNDO,) if changed else (*_offers_to_add(request, found), SHOW)
    return Outcome(" ".join(parts), ids, "update", ids, request, suggestions=suggestions)


def _offers_to_add(request: Request, found: Found) -> tuple[str, ...]:
    """Return what adds the task that was not found: "change tires thursday" may be a new one."""
    valued = found.missing and request.values != NO_VALUES and len(request.text) <= _LONGEST_OFFER
    return (f"Add {request.text}",) if valued else ()


def undo(request: Request, context: Context) -> Steps[Outcome]:
    """Take back the conversation's last change, or after a yes one made elsewhere."""
    if request.ask:
        question = Question("undo", "undo")
        text = "Should I take back the last change?"
        return Outcome(text, question=question, suggestions=("Yes", "No"))
    arguments = {"change_id": request.change_id} if request.change_id else {}
    (result,) = yield (ToolCall("undo_last_change", arguments),)
    if result.error:
        return _not_undone(result, context)
    task, data = result.task, result.data or {}
    if task is None:
        return Outcome("That is taken back.", intent="undo")
    name = context.wording.name(task)
    text = _BEFORE.get(str(data.get("undone")), "{name} is as it was before.").format(name=name)
    others = data.get("others", 0)
    more = f" {counted(others, 'more task')} too." if others else ""
    ids = () if data.get("undone") == "created" else (task.id,)
    return Outcome(f"{text}{more}", ids, "undo", ids, replace(request, change_id=None))


def _not_undone(result: ToolResult, context: Context) -> Outcome:
    error = result.error
    change = (error.data if error else {}).get("change")
    if not isinstance(change, Mapping):
        return Outcome("There is nothing to take back.", suggestions=(SHOW,))
    task = TaskSnapshot(int(change["task_id"]), str(change["title"]))
    text = (
        f"Nothing was changed in this conversation. Should I take back the last change elsewhere, "
        f"to {context.wording.name(task)}?"
    )
    question = Question("undo", "undo", (task.id,), change_id=int(change["change_id"]))
    return Outcome(text, (task.id,), question=question, suggestions=("Yes", "No"))
