"""Answers questions about tasks: lists, counts, single tasks, and plans."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from chat_api.assistant.contract import TaskSnapshot, ToolCall, ToolError
from chat_api.assistant.frame import Request
from chat_api.assistant.lookup import list_in, listed, tasks_on, with_open_tasks
from chat_api.assistant.replies import (
    MOST_SUGGESTIONS,
    SHOW,
    Context,
    Outcome,
    counted,
    details,
    escaped,
    joined,
    quoted,
    refused,
)
from chat_api.assistant.steps import Steps
from chat_api.assistant.titles import search, significant, spoken_of
from chat_api.assistant.values import TaskFilter, filters_of

_PAGE = 20
_WORD = re.compile(r"\w+")
_MOST_LINES = 5
_LEVELS = {"high": 0, "medium": 1, None: 2, "none": 2, "low": 3}


def show(request: Request, context: Context) -> Steps[Outcome]:
    """Show the tasks that a question is about."""
    target = request.target
    if request.has("aspect", "recent"):
        return (yield from _recent(request, context))
    if target.ids:
        return (yield from _numbered(request, context))
    if "lists" in _WORD.findall(request.text.casefold()):
        return (yield from _lists(context))
    task_filter = filters_of(request.entities, context.today)
    arguments = {**request.within, **task_filter.arguments}
    if place := request.values.list or (yield from _place(request, arguments, context)):
        arguments["list"] = place
    arguments.setdefault("status", "all" if request.has("quantity", "all") else "pending")
    if target.words:
        return (yield from _named(request, task_filter, arguments, context))
    plain = not (task_filter or place or request.entities)
    if task_filter.local or (plain and len(significant(request.text)) > 1):
        tasks = yield from listed(**arguments)
        fitting = tuple(task for task in tasks if task_filter.fits(task))
        if plain:
            fitting = spoken_of(request.text, fitting) or fitting
        return _answer(request, fitting, len(fitting), arguments, context)
    by_due = {"sort": "due"} if arguments.keys() & {"due_after", "due_before", "view"} else {}
    return (yield from page(request, {**arguments, **by_due}, context))


def _lists(context: Context) -> Steps[Outcome]:
    """Name the lists that open tasks are on, with how many."""
    context = yield from with_open_tasks(context)
    on = Counter(task.list for task in context.open_tasks or () if task.list)
    if not on:
        return Outcome("None of your open tasks is on a list.", intent="list", suggestions=(SHOW,))
    lines = "\n".join(f"- {escaped(name)}: {counted(on[name], 'task')}" for name in sorted(on))
    offers = tuple(f"Show my {name} list" for name in sorted(on)[:MOST_SUGGESTIONS])
    text = f"Your open tasks are on {counted(len(on), 'list')}:\n{lines}"
    return Outcome(text, intent="list", suggestions=offers)


def _place(request: Request, arguments: Mapping[str, Any], context: Context) -> Steps[str | None]:
    """Return the list that a question ends with, where no word for lists is beside its name."""
    end = request.start + len(request.text.rstrip("?!. "))
    closed = "list" in arguments or any(each.end >= end for each in request.entities)
    if closed or request.target.words or len(significant(request.text)) < 2:
        return None
    context = yield from with_open_tasks(context)
    return list_in(request.text, context.open_tasks or ())


def _named(
    request: Request, task_filter: TaskFilter, arguments: Mapping[str, Any], context: Context
) -> Steps[Outcome]:
    """Show the tasks that have the words of a question, also where they are due on another day."""
    tasks = yield from listed(**arguments)
    found = _with_words(request, [task for task in tasks if task_filter.fits(task)])
    answer = _answer(request, found, len(found), arguments, context)
    if found:
        return answer
    narrow = arguments.keys() - {"status"}
    tasks = (yield from listed(status="pending")) if narrow else ()
    elsewhere = _with_words(request, tasks)
    if not elsewhere:
        return replace(answer, suggestions=(SHOW,))
    return _ordered(f"{answer.text} But there is:", elsewhere[:_PAGE], context)


def _with_words(request: Request, tasks: Sequence[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    """Return the tasks with the words of a question: of "did I ring the day centre?" all of it."""
    words = request.target.words
    return search(words, tasks) or spoken_of(" ".join(words), tasks)


def page(request: Request, arguments: Mapping[str, Any], context: Context) -> Steps[Outcome]:
    """Show one page of a list; `arguments` may hold the cursor of the next one."""
    (result,) = yield (ToolCall("list_tasks", {**arguments, "limit": _PAGE}),)
    if result.error:
        if "list" in arguments:
            return (yield from _on_other_list(request, arguments, result.error, context))
        return refused(result.error)
    data = result.data or {}
    total = int(data.get("total", len(result.tasks)))
    cursor = {"cursor": data["next_cursor"]} if "next_cursor" in data else {}
    shown = {name: value for name, value in arguments.items() if name != "cursor"}
    answer = _answer(request, result.tasks, total, shown, context)
    return replace(answer, filters={**shown, **cursor})


def _on_other_list(
    request: Request, arguments: Mapping[str, Any], error: ToolError, context: Context
) -> Steps[Outcome]:
    """Show the one list of whose name the given one is a part, or offer those that there are."""
    others = {name: value for name, value in arguments.items() if name not in {"list", "cursor"}}
    tasks = yield from listed(**others)
    if fitting := tasks_on(str(arguments["list"]), tasks):
        found = {**arguments, "list": fitting[0].list}
        return _answer(request, fitting, len(fitting), found, context)
    names = sorted({task.list for task in tasks if task.list})
    offers = tuple(f"Show my {name} list" for name in names[:MOST_SUGGESTIONS])
    return replace(refused(error), suggestions=offers or (SHOW,))


def _numbered(request: Request, context: Context) -> Steps[Outcome]:
    tasks = yield from listed(status="all")
    found = tuple(task for task in tasks if task.id in request.target.ids)
    absent = [str(each) for each in request.target.ids if each not in {task.id for task in found}]
    if not found:
        return Outcome(f"There is no task {joined(absent, 'or')}.")
    return details(found, context)


def _recent(request: Request, context: Context) -> Steps[Outcome]:
    """Show what the conversation was about last."""
    tasks = yield from listed(status="all", sort="-updated")
    shown = context.state.focus or context.state.shown
    found = tuple(task for task in tasks if task.id in shown) or tasks[:1]
    if not found:
        return Outcome("Your list is empty.", intent="list")
    return details(found, context)


def _answer(
    request: Request,
    tasks: Sequence[TaskSnapshot],
    total: int,
    arguments: Mapping[str, Any],
    context: Context,
) -> Outcome:
    """Return a list as an answer to the question that was put."""
    ids = tuple(task.id for task in tasks)
    if request.has("aspect", "time") and len(tasks) == 1:
        return replace(details(tasks, context), filters=arguments)
    head = f"You have {total or 'no'} {_what(request, arguments, total, context)}"
    brief = not tasks or request.has("aspect", "count") or context.surface == "cards"
    more = "\n(There are more.)" if total > len(tasks) else ""
    text = f"{head}." if brief else f"{head}:\n{context.wording.lines(tasks)}{more}"
    return Outcome(text, ids, "list", filters=arguments)


def _what(request: Request, arguments: Mapping[str, Any], total: int, context: Context) -> str:
    """Return what a list holds: `open tasks due tomorrow`."""
    status = {"pending": "open ", "completed": "completed "}.get(arguments.get("status", ""), "")
    view = arguments.get("view")
    level = arguments.get("priority")
    before = {"overdue": "overdue ", "upcoming": "upcoming "}.get(str(view), status)
    level_words = f"{level} priority " if level and level != "none" else ""
    days = _days(arguments, context)
    parts = [
        f"about {joined([quoted(each) for each in request.target.words], 'or')}"
        if request.target.words
        else "",
        {"today": "for today", "inbox": "in the Inbox"}.get(str(view), ""),
        f"tagged {quoted(arguments['tag'])}" if "tag" in arguments else "",
        f"on the list {quoted(arguments['list'])}" if "list" in arguments else "",
        "without a date" if request.has("status", "undated") else "",
        days,
    ]
    behind = "".join(f" {part}" for part in parts if part)
    return f"{before}{level_words}{'task' if total == 1 else 'tasks'}{behind}"


def _days(arguments: Mapping[str, Any], context: Context) -> str:
    for verb, first, last in (
        ("due", arguments.get("due_after"), arguments.get("due_before")),
        ("done", arguments.get("completed_after"), arguments.get("completed_before")),
    ):
        if first and (first == last or (verb == "done" and not last)):
            since = "since " if first != context.today.isoformat() and not last else ""
            return (
                f"{verb} {since}{context.wording.day(first).removeprefix('on ' if since else '')}"
            )
        if first and last:
            return f"{verb} between {_plain(first)} and {_plain(last)}"
        if last:
            return f"{verb} by {_plain(last)}"
        if first:
            return f"{verb} from {_plain(first)} on"
    return ""


def _plain(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B}"


def plan(request: Request, context: Context) -> Steps[Outcome]:
    """Say what to do first, or how the days ahead look."""
    filters = filters_of(request.entities, context.today).arguments
    tasks = yield from listed(status="pending")
    today = context.today.isoformat()
    if filters.get("due_before", today) != today:
        return _week(tasks, filters, context)
    ranked = sorted(tasks, key=lambda task: _urgency(task, today))[:_MOST_LINES]
    if not ranked:
        return Outcome("Your list is empty: nothing has to be done.", intent="list")
    overdue = sum(bool(task.due_on and task.due_on < today) for task in tasks)
    due = sum(task.due_on == today for task in tasks)
    counts = [f"{overdue} overdue"] * bool(overdue) + [f"{due} due today"] * bool(due)
    head = (
        f"{joined(counts).capitalize()}. I'd start with:"
        if counts
        else ("Nothing is due today. You could do:")
    )
    return _ordered(head, ranked, context)


def _urgency(task: TaskSnapshot, today: str) -> tuple[object, ...]:
    """Order by what cannot wait: overdue and today first, then by priority and date."""
    due = task.due_on or ""
    pressing = not (due and due <= today)
    return (pressing, _LEVELS.get(task.priority, 2), due or "9999", task.due_time or "24", task.id)


def _ordered(head: str, tasks: Sequence[TaskSnapshot], context: Context) -> Outcome:
    ids = tuple(task.id for task in tasks)
    if context.surface == "cards":
        return Outcome(head, ids, "list")
    return Outcome(f"{head}\n{context.wording.lines(tasks)}", ids, "list")


def _week(tasks: Sequence[TaskSnapshot], filters: Mapping[str, Any], context: Context) -> Outcome:
    """Return the tasks of some days, a line for each day."""
    first = filters.get("due_after", context.today.isoformat())
    last = filters["due_before"]
    due = sorted(
        (task for task in tasks if task.due_on and first <= task.due_on <= last),
        key=lambda task: (task.due_on, task.due_time or "24"),
    )
    ids = tuple(task.id for task in due)
    if not due:
        return Outcome("Nothing is due then.", intent="list", filters=filters)
    head = f"{counted(len(due), 'task')} due:"
    days = [(day, list(group)) for day, group in groupby(due, key=lambda task: task.due_on)]
    lines = [
        f"- {date.fromisoformat(str(day)):%A}: {joined([escaped(task.title) for task in group])}"
        for day, group in days[:_MOST_LINES]
    ]
    text = head if context.surface == "cards" else "\n".join([head, *lines])
    return Outcome(text, ids, "list", filters=filters)
