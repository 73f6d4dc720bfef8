"""From references to task numbers: out of the memory where possible, else by looking them up."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from chat_api.assistant import phrase
from chat_api.assistant.commands import (
    EVERY_TAG,
    ById,
    Change,
    Complete,
    Everything,
    Filter,
    It,
    Named,
    Nth,
    Reference,
    Status,
    Targeted,
    Them,
)
from chat_api.assistant.contract import (
    CompletedCall,
    Json,
    TaskSnapshot,
    ToolCall,
    ToolError,
    ToolResult,
)
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.matching import Matches, key_word, match
from chat_api.assistant.memory import Memory
from chat_api.assistant.outcome import CommandOutcome, Question
from chat_api.assistant.timing import meant
from chat_api.assistant.traits import fits

PAGE = 100
_MOST_PAGES = 8

Found: TypeAlias = tuple[TaskSnapshot, ...] | CommandOutcome
Search: TypeAlias = Generator[tuple[ToolCall, ...], tuple[ToolResult, ...], Found]


@dataclass(frozen=True)
class Setting:
    """What a command is carried out with."""

    memory: Memory
    today: date
    last_list: CompletedCall | None = None


def list_call(wanted: Filter, limit: int | None = None, cursor: str | None = None) -> ToolCall:
    """Return the `list_tasks` call for a filter."""
    days = {
        "due_after": wanted.due_after,
        "due_before": wanted.due_before,
        "completed_after": wanted.completed_after,
        "completed_before": wanted.completed_before,
    }
    given = {
        "query": wanted.query,
        "tag": wanted.tag or wanted.kind,
        "priority": wanted.priority,
        **{name: day.isoformat() for name, day in days.items() if day},
        "sort": wanted.sort,
        "limit": limit,
        "cursor": cursor,
    }
    return ToolCall(
        "list_tasks", {"status": wanted.status, **{k: v for k, v in given.items() if v}}
    )


def listing(
    wanted: Filter, limit: int | None = None
) -> Generator[tuple[ToolCall, ...], tuple[ToolResult, ...], ToolResult]:
    """List the tasks that fit a filter; those of a kind by their tag, or else by their titles."""
    if wanted.traits:
        return (yield from _sifted(wanted))
    (result,) = yield (list_call(wanted, limit),)
    if wanted.kind and result.data is not None and not result.tasks:
        titled = replace(wanted, kind=None, query=wanted.kind)
        (result,) = yield (list_call(titled, limit),)
    return result


def _sifted(wanted: Filter) -> Generator[tuple[ToolCall, ...], tuple[ToolResult, ...], ToolResult]:
    """List page by page, and keep the tasks with the traits that the tool can't filter by."""
    kept: list[Json] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        (result,) = yield (list_call(wanted, PAGE, cursor),)
        if result.data is None:
            return result
        rows = [row for row in result.data["tasks"] if isinstance(row, dict)]
        both = zip(rows, result.tasks, strict=True)
        kept += [row for row, task in both if fits(task, wanted.traits)]
        cursor = result.data.get("next_cursor")
        if not cursor:
            return ToolResult({"tasks": kept, "total": len(kept)})
    return ToolResult(error=ToolError(message=phrase.too_many()))


def verb(command: Targeted) -> str:
    """Return the word for what a command does to a task."""
    match command:
        case Complete():
            return "mark {} as done"
        case Change():
            return _change_verb(command)
        case _:
            return "delete {}"


def _change_verb(change: Change) -> str:
    match change:
        case Change(completed=False):
            return "reopen {}"
        case Change(due_on=date() as day):
            return f"move {{}} to {day:%a} {day}"
        case Change(priority=str() as level):
            return f"change {{}} to {'no' if level == 'none' else level} priority"
        case Change(drop_tag=str() as tag):
            return "take all tags off {}" if tag == EVERY_TAG else f"take #{tag} off {{}}"
        case Change(add_tags=(_, *_) as tags):
            return f"tag {{}} {' '.join(f'#{tag}' for tag in tags)}"
        case _:
            return "change {}"


def locate(command: Targeted, setting: Setting) -> Search:
    """Find the tasks a command is about, or end with a question or an explanation."""
    if not command.targets:
        return _ask(command)
    everything = next((t for t in command.targets if isinstance(t, Everything)), None)
    if everything:
        return (yield from _bulk(command, everything, setting))
    known: list[TaskSnapshot] = []
    for target in command.targets:
        found = yield from _one(command, target, setting)
        if isinstance(found, CommandOutcome):
            return found
        known.extend(found)
    return tuple({task.id: task for task in known}.values())


def _one(command: Targeted, target: Reference, setting: Setting) -> Search:
    match target:
        case ById(number):
            return (TaskSnapshot(number, ""),)
        case It():
            return _it(command, setting)
        case Them(count):
            return _them(command, count, setting)
        case Nth(place):
            return (yield from _nth(command, place, setting))
        case Named():
            return (yield from _named(command, target, setting))
        case Everything() as everything:
            return (yield from _bulk(command, everything, setting))


def _ask(command: Targeted) -> CommandOutcome:
    return CommandOutcome(phrase.ask_target(verb(command)), question=Question("target", command))


def _which(command: Targeted, tasks: tuple[TaskSnapshot, ...], today: date) -> CommandOutcome:
    text = phrase.which(verb(command), tasks, today)
    return CommandOutcome(text, question=Question("which", command, tasks))


def _it(command: Targeted, setting: Setting) -> Found:
    newest = setting.memory.newest
    if len(newest) == 1:
        return newest
    return _which(command, newest, setting.today) if newest else _ask(command)


def _them(command: Targeted, count: int | None, setting: Setting) -> Found:
    newest = setting.memory.newest
    if not newest:
        return _ask(command)
    if count is None:
        return confirmation(command, newest, len(newest), setting.today)
    meant = setting.memory.newest_of(count)
    return meant if len(meant) == count else _which(command, meant, setting.today)


def is_others(reference: Reference) -> bool:
    """Whether a reference is to what is left of some tasks: "the others", "everything else"."""
    return isinstance(reference, Named) and bool(PATTERNS["others"].fullmatch(reference.words))


def _the_others(command: Targeted, words: str, setting: Setting) -> Search:
    """Find what is left of the tasks that were shown, or else of all; several need a yes."""
    left, handled = setting.memory.left, {task.id for task in setting.memory.newest}
    if len(left) == 1:
        return left
    if not left and handled:
        (result,) = yield (list_call(Filter(_status(command, Filter("pending"))), PAGE),)
        left = tuple(task for task in result.tasks if task.id not in handled)
    if not left:
        return CommandOutcome(phrase.no_match(words))
    return confirmation(command, left, len(left), setting.today)


def _nth(command: Targeted, place: int, setting: Setting) -> Search:
    shown = setting.memory.shown
    if setting.memory.short == ():
        return _ask(command)
    if shown:
        picked = shown[place - 1 : place] if place > 0 else shown[place:][:1]
        return picked or _which(command, shown, setting.today)
    # No list was shown: what would be the second one, and is it also task 2?
    (result,) = yield (list_call(Filter(), PAGE),)
    tasks = result.tasks
    picked = tasks[place - 1 : place] if place > 0 else tasks[place:][:1]
    if picked and picked[0].id == place:
        return picked
    return _which(command, tasks, setting.today) if tasks else _ask(command)


def _named(command: Targeted, named: Named, setting: Setting) -> Search:
    if is_others(named):
        return (yield from _the_others(command, named.words, setting))
    (result,) = yield (list_call(Filter(query=key_word(named.words) or None)),)
    if result.error:
        return CommandOutcome(phrase.failed(result, "look that up"))
    found = _fitting(command, meant(named, result.tasks, setting.today))
    if found.sure:
        return _chosen(command, named.words, found, setting)
    (result,) = yield (list_call(Filter(), PAGE),)
    found = _fitting(command, meant(named, result.tasks, setting.today))
    several = () if found.sure else _each_named(command, named.words, result.tasks)
    if several and PATTERNS["either"].search(named.words):
        return _which(command, several, setting.today)
    return several or _chosen(command, named.words, found, setting)


def _each_named(
    command: Targeted, words: str, tasks: tuple[TaskSnapshot, ...]
) -> tuple[TaskSnapshot, ...]:
    """Read "milk and eggs" as two names, if each means one task."""
    parts = [part for part in PATTERNS["reference_joint"].split(words) if part.strip()]
    found = [_fitting(command, match(part, tasks)).sure for part in parts]
    alone = len(parts) > 1 and all(len(sure) == 1 for sure in found)
    return tuple(task for sure in found for task in sure) if alone else ()


def _fitting(command: Targeted, found: Matches) -> Matches:
    """Prefer open tasks to complete, and completed ones to reopen."""
    match command:
        case Complete():
            wanted = tuple(task for task in found.sure if not task.completed)
        case Change(completed=False):
            wanted = tuple(task for task in found.sure if task.completed)
        case _:
            wanted = found.sure
    return replace(found, sure=wanted or found.sure)


def _chosen(command: Targeted, words: str, found: Matches, setting: Setting) -> Found:
    if len(found.sure) == 1:
        return found.sure
    if found.sure:
        return _which(command, found.sure, setting.today)
    if not found.maybe:
        return CommandOutcome(phrase.no_match(words))
    text = phrase.did_you_mean(verb(command), words, found.maybe, setting.today)
    return CommandOutcome(text, question=Question("which", command, found.maybe))


def _bulk(command: Targeted, everything: Everything, setting: Setting) -> Search:
    """List what "all …" means, and ask before anything is changed."""
    wanted = everything.wanted
    if isinstance(command, Change) and command.title:
        return CommandOutcome(phrase.REMARKS["one_list"])
    narrowed = replace(wanted, status=_status(command, wanted), tag=_tag(command, wanted))
    if wanted.query and " " not in wanted.query:
        narrowed = replace(narrowed, query=key_word(wanted.query) or wanted.query)
    result = yield from listing(narrowed, PAGE)
    if result.error:
        return CommandOutcome(phrase.failed(result, "look that up"))
    if not result.tasks:
        return CommandOutcome(phrase.nothing_to(verb(command), narrowed))
    total = (result.data or {}).get("total", len(result.tasks))
    spared = tuple(among(each, result.tasks, setting.memory) for each in everything.spared)
    if not all(spared):
        return CommandOutcome(phrase.nothing_spared())
    left = tuple(task for task in result.tasks if not any(task in group for group in spared))
    if not left:
        return CommandOutcome(phrase.nothing_to(verb(command), narrowed))
    total -= len(result.tasks) - len(left)
    return confirmation(command, left, total, setting.today)


def among(
    reference: Reference, tasks: tuple[TaskSnapshot, ...], memory: Memory
) -> tuple[TaskSnapshot, ...]:
    """Return those of some tasks that are named, as by "all except …"; none when unclear."""
    match reference:
        case Named(words):
            tagged = tuple(task for task in tasks if words.lstrip("#").casefold() in task.tags)
            whole = tuple({*match(words, tasks).sure, *tagged})
            each = [match(part, tasks).sure for part in PATTERNS["reference_joint"].split(words)]
            return whole or tuple(task for found in each for task in found if all(each))
        case ById(number):
            kept = {number}
        case Nth(place):
            shown = memory.shown or tasks
            kept = {task.id for task in (shown[place - 1 :] if place > 0 else shown[place:])[:1]}
        case _:
            kept = {task.id for task in memory.newest}
    return tuple(task for task in tasks if task.id in kept)


def _status(command: Targeted, wanted: Filter) -> Status:
    match command:
        case Complete():
            return "pending"
        case Change(completed=False):
            return "completed"
        case _:
            return wanted.status


def _tag(command: Targeted, wanted: Filter) -> str | None:
    """Return the tag by which to list: one that is to go is on some tasks only."""
    match command:
        case Change(drop_tag=str() as tag) if tag != EVERY_TAG and not wanted.tag:
            return tag
        case _:
            return wanted.tag


def confirmation(
    command: Targeted, tasks: tuple[TaskSnapshot, ...], total: int, today: date
) -> CommandOutcome:
    """Ask for a yes before a command acts on many tasks."""
    text = phrase.confirm(verb(command), tasks, total, today)
    return CommandOutcome(text, question=Question("confirm", command, tasks))
