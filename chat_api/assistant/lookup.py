"""Finds the tasks of a request by the tools, or says what has to be asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chat_api.assistant.contract import TaskSnapshot, ToolCall
from chat_api.assistant.frame import Intent, Request, Target
from chat_api.assistant.replies import Context, Outcome, ask_whether, ask_which, not_found
from chat_api.assistant.state import Question
from chat_api.assistant.steps import Steps
from chat_api.assistant.titles import Match, carries, match_title, named_in, parts_of, search

_PAGE = 100
_ON = ("on", "in", "from", "off")
_WORD = re.compile(r"[\w'’]+")
_MOST_PAGES = 8
_SUGGESTED = 4
# Which tasks an intent is about first, and which only if there is none among these.
_STATUSES: Mapping[Intent, tuple[str, str]] = {"reopen": ("completed", "pending")}
_USUAL = ("pending", "completed")
_ALL_OF: Mapping[Intent, str] = {"delete": "all", "reopen": "completed"}
_QUESTIONS: Mapping[Intent, str] = {
    "complete": "Which task is done?",
    "delete": "Which task should go?",
    "update": "Which task should change?",
    "reopen": "Which task should be open again?",
}


@dataclass(frozen=True)
class Found:
    """The tasks of a request.

    Attributes:
        tasks: Those to act on.
        missing: References that fit no task.
        question: What has to be asked or said instead of acting.
        described: Whether the words are a list's or a tag's, and so mean several tasks.

    """

    tasks: tuple[TaskSnapshot, ...] = ()
    missing: tuple[str, ...] = ()
    question: Outcome | None = None
    described: bool = False


def listed(**arguments: Any) -> Steps[tuple[TaskSnapshot, ...]]:
    """Return all tasks that fit, of very many the first ones."""
    tasks: list[TaskSnapshot] = []
    cursor = None
    for _ in range(_MOST_PAGES):
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        (result,) = yield (ToolCall("list_tasks", {**arguments, "limit": _PAGE, **more}),)
        tasks += result.tasks
        cursor = (result.data or {}).get("next_cursor")
        if not cursor:
            break
    return tuple(tasks)


def with_open_tasks(context: Context) -> Steps[Context]:
    """Return the context with the open tasks, which are read once a turn at most."""
    if context.open_tasks is not None:
        return context
    return replace(context, open_tasks=(yield from listed(status="pending")))


def resolve(request: Request, context: Context, *, current: bool = False) -> Steps[Found]:
    """Find the tasks of a request; `current` looks up numbers too, for what the tasks have now."""
    target = request.target
    if target.missing == "antecedent" and target.ids:
        tasks = [context.state.tasks[each] for each in target.ids if each in context.state.tasks]
        return Found(question=ask_which(request, tasks, context.wording))
    if target.missing or not target:
        return (yield from _ask_task(request, context))
    if target.everything:
        return (yield from _everything(request, context))
    if target.words:
        return (yield from _named(request, context))
    if current:
        return (yield from _numbered(target))
    known = context.state.tasks
    return Found(tuple(known.get(each) or TaskSnapshot(each, "") for each in target.ids))


def _ask_task(request: Request, context: Context) -> Steps[Found]:
    """Ask which task is meant; "scrap that one" is the one that the message names elsewhere."""
    if request.intent != "reopen":
        context = yield from with_open_tasks(context)
        named = named_in(context.message, context.open_tasks or ())
        if len(named) == 1 and request.target.missing == "antecedent":
            return Found(named)
        if len(named) == 1:
            text = f"Do you mean {context.wording.name(named[0])}?"
            return Found(question=ask_whether(request, named, text))
    status, _ = _STATUSES.get(request.intent, _USUAL)
    arguments = {"status": status, "sort": "-updated", "limit": _SUGGESTED}
    (result,) = yield (ToolCall("list_tasks", arguments),)
    question = Question("task", request.intent, (), request.values, request.new_title)
    return Found(
        question=Outcome(
            _QUESTIONS.get(request.intent, "Which task do you mean?"),
            question=question,
            suggestions=tuple(task.title for task in result.tasks),
        )
    )


def _everything(request: Request, context: Context) -> Steps[Found]:
    target = request.target
    arguments = {
        "status": _ALL_OF.get(request.intent, "pending"),
        **target.described.arguments,
    }
    found = yield from listed(**arguments)
    place = list_in(request.text, found)
    if "list" not in arguments and place:
        found = tuple(task for task in found if task.list == place)
    elif not found and "list" in arguments:
        found = tasks_on(arguments.pop("list"), (yield from listed(**arguments)))
    tasks = [task for task in found if target.described.fits(task)]
    excepted = {task.id for words in target.exceptions for task in match_title(words, tasks).tasks}
    remaining = tuple(task for task in tasks if task.id not in excepted)
    # "All Offsite tasks" are those on a list, with a tag or with a word of that name.
    remaining = search(request.rest, remaining) or remaining
    if not remaining:
        return Found(question=Outcome("There is no such task, so nothing changed."))
    return Found(remaining)


def list_in(text: str, tasks: Sequence[TaskSnapshot]) -> str | None:
    """Return the list of these tasks on which a sentence places some: "what's on shopping"."""
    names = {task.list.casefold(): task.list for task in tasks if task.list}
    said = f" {' '.join(_WORD.findall(text.casefold()))} "
    placed = (names[name] for name in names if any(f" {on} {name} " in said for on in _ON))
    return next(placed, None)


def tasks_on(part: str, tasks: Sequence[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    """Return the tasks on the one list of whose name this is a part: "Rossi wedding"."""
    names = {task.list for task in tasks if task.list and part.casefold() in task.list.casefold()}
    return tuple(task for task in tasks if task.list in names) if len(names) == 1 else ()


def _numbered(target: Target) -> Steps[Found]:
    tasks = yield from listed(status="all")
    by_id = {task.id: task for task in tasks}
    return Found(tuple(by_id.get(each) or TaskSnapshot(each, "") for each in target.ids))


def _named(request: Request, context: Context) -> Steps[Found]:
    """Find a task for each reference; one that fits several tasks is asked about."""
    target, open_first = request.target, request.intent != "reopen"
    tasks = yield from _looked_up(request, context)
    if belonging := _belonging(target.words, tasks):
        return Found(belonging, described=True)
    narrowed = yield from _narrowed(target, tasks)
    chosen = [TaskSnapshot(each, "") for each in target.ids]
    missing: list[str] = []
    for words in (each for name in target.words for each in _names(name, narrowed)):
        match = match_title(words, narrowed, prefer_open=open_first)
        if not match.certain and narrowed is not tasks:
            match = match_title(words, tasks, prefer_open=open_first)
            # "I paid the rent this morning" says when it was done, not when it was due.
            if match.certain and request.intent != "complete":
                return Found(question=_ask_other_day(request, match.tasks, context))
        if not match.tasks and request.intent != "update":
            match = Match(named_in(words, narrowed), certain=False)
        if not match.certain and match.tasks:
            return Found(question=_ask_similar(request, words, match.tasks, context))
        if len(match.tasks) > 1 and not request.target.confirm:
            return Found(question=ask_which(request, match.tasks, context.wording))
        chosen += match.tasks
        missing += [] if match.tasks else [words]
    chosen += _named_beside(request, narrowed, chosen)
    return Found(tuple(chosen), tuple(missing))


def _named_beside(
    request: Request, tasks: Sequence[TaskSnapshot], chosen: Sequence[TaskSnapshot]
) -> list[TaskSnapshot]:
    """Return the tasks that other parts of a clause name: "florist confirmed, venue called"."""
    if request.intent not in {"complete", "update"}:
        return []
    parts = [part for words in request.rest for part in parts_of(words)]
    matches = [match_title(each, tasks) for each in parts if carries(each)]
    return [
        match.tasks[0]
        for match in matches
        if (match.whole or (match.certain and request.intent == "complete"))
        and len(match.tasks) == 1
        and match.tasks[0] not in chosen
    ]


def _names(words: str, tasks: Sequence[TaskSnapshot]) -> list[str]:
    """Return the names in words of which only parts name tasks: "chapter 3 and the proofs"."""
    parts = parts_of(words)
    if len(parts) < 2 or match_title(words, tasks).certain:
        return [words]
    return parts if any(match_title(each, tasks).whole for each in parts) else [words]


def _looked_up(request: Request, context: Context) -> Steps[tuple[TaskSnapshot, ...]]:
    """Return the tasks among which a request's may be: of other status only if need be."""
    first, second = _STATUSES.get(request.intent, _USUAL)
    tasks = context.open_tasks
    if tasks is None or first != "pending":
        tasks = yield from listed(status=first)
    if any(not match_title(words, tasks).certain for words in request.target.words):
        tasks += yield from listed(status=second)
    return tasks


def _belonging(words: Sequence[str], tasks: Sequence[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    """Return the open tasks on the list, or with the tag, that a reference names."""
    if len(words) != 1 or match_title(words[0], tasks).certain:
        return ()
    name = words[0].casefold().removesuffix(" list")
    return tuple(
        task
        for task in tasks
        if not task.completed
        and name in {(task.list or "").casefold(), *(tag.casefold() for tag in task.tags)}
    )


def _narrowed(target: Target, tasks: tuple[TaskSnapshot, ...]) -> Steps[tuple[TaskSnapshot, ...]]:
    """Return those of the tasks that have what the sentence says of them."""
    if not target.described:
        return tasks
    fitting = yield from listed(**{"status": "all", **target.described.arguments})
    ids = {task.id for task in fitting if target.described.fits(task)}
    return tuple(task for task in tasks if task.id in ids)


def _ask_similar(
    request: Request, words: str, tasks: Sequence[TaskSnapshot], context: Context
) -> Outcome:
    if len(tasks) > 1:
        return ask_which(request, tasks, context.wording)
    text = f"{not_found([words])} Do you mean {context.wording.name(tasks[0])}?"
    return ask_whether(request, tasks, text)


def _ask_other_day(request: Request, tasks: Sequence[TaskSnapshot], context: Context) -> Outcome:
    """Ask about a task that has the words, but not the day or another value that was given."""
    if len(tasks) > 1:
        return ask_which(request, tasks, context.wording)
    details = context.wording.details(tasks[0]) or "without a date"
    name = context.wording.name(tasks[0])
    return ask_whether(request, tasks, f"{name} is {details}. Do you mean that one?")
