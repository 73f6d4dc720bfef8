"""Commands being carried out: each is a script that yields tool calls and takes their results."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby, islice
from typing import Any

from chat_api.assistant import phrase
from chat_api.assistant.commands import (
    EVERY_TAG,
    Add,
    Change,
    CheckTasks,
    Command,
    Complete,
    Delete,
    Filter,
    It,
    Looking,
    Nth,
    Offer,
    Say,
    Show,
    ShowMore,
    ShowTask,
    Targeted,
    Them,
    Undo,
    Unread,
)
from chat_api.assistant.contract import Json, TaskSnapshot, ToolCall, ToolResult
from chat_api.assistant.dates import shifted
from chat_api.assistant.matching import key_word, match
from chat_api.assistant.outcome import CommandOutcome, Question, Script, merged
from chat_api.assistant.resolve import (
    PAGE,
    Setting,
    confirmation,
    is_others,
    list_call,
    listing,
    locate,
)
from chat_api.assistant.slots import TITLE_LENGTH
from chat_api.assistant.timing import noted_in, retimed, time_in

_POINTING = (It, Them, Nth)
_WRITES = (Add, Complete, Delete, Change, Undo)


def carry_out(commands: tuple[Command, ...], setting: Setting) -> Script:
    """Carry out all commands, side by side where none needs what an earlier one does."""
    count = _independent(commands)
    now, after = commands[:count], commands[count:]
    outcomes = yield from together([_script(command, setting) for command in now])
    outcome = merged(outcomes)
    if not after or (isinstance(after[0], Complete | Delete | Change) and not outcome.tasks):
        return outcome
    memory = setting.memory
    for _, run in groupby(zip(now, outcomes, strict=True), key=lambda each: type(each[0])):
        memory = memory.after(tuple(task for _, done in run for task in done.tasks))
    rest = yield from carry_out(after, replace(setting, memory=memory))
    return merged((outcome, rest))


def _independent(commands: tuple[Command, ...]) -> int:
    """Count the commands before the first that has to wait for them."""
    for place in range(1, len(commands)):
        if _leans(commands[place], commands[place - 1]):
            return place
    return len(commands)


def _leans(command: Command, before: Command) -> bool:
    """Whether a command looks at what the one before does: a list after it, an undo, an "it".

    What comes after an undo waits for it, or it would be taken back itself.
    """
    if isinstance(before, Undo):
        return True
    if not isinstance(command, Complete | Delete | Change):
        return isinstance(command, Show | Undo) and isinstance(before, _WRITES)
    pointing = _POINTING if isinstance(before, Show) else (It, Them)
    return any(isinstance(each, pointing) or is_others(each) for each in command.targets)


class _Running:
    """A script that runs beside others: the calls it waits for, and in the end its outcome."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.calls: tuple[ToolCall, ...] = ()
        self.outcome: CommandOutcome | None = None
        self._step(None)

    def take(self, results: tuple[ToolResult, ...]) -> None:
        """Go on with the results of `calls`."""
        if self.outcome is None:
            self._step(results)

    def _step(self, results: tuple[ToolResult, ...] | None) -> None:
        try:
            self.calls = next(self._script) if results is None else self._script.send(results)
        except StopIteration as end:
            self.calls, self.outcome = (), end.value


def together(
    scripts: Iterable[Script],
) -> Generator[tuple[ToolCall, ...], tuple[ToolResult, ...], tuple[CommandOutcome, ...]]:
    """Run scripts side by side: what they call at the same step goes out in one response."""
    running = [_Running(script) for script in scripts]
    while any(each.calls for each in running):
        results = yield tuple(call for each in running for call in each.calls)
        rest = iter(results)
        for each in running:
            each.take(tuple(islice(rest, len(each.calls))))
    return tuple(each.outcome or CommandOutcome("") for each in running)


def _script(command: Command, setting: Setting) -> Script:
    match command:
        case Add():
            return _add(command, setting)
        case Complete() | Delete() | Change():
            return _act(command, setting)
        case Undo():
            return _undo(command)
        case Offer() | Say() | Unread():
            return _said(_remark(command, setting.today))
        case Show() | ShowTask() | ShowMore() | CheckTasks():
            return _looking(command, setting)


def _looking(command: Looking, setting: Setting) -> Script:
    match command:
        case Show():
            return _look_up(command, setting) if command.check else _show(command, setting)
        case ShowTask(number):
            return _show_task(number, setting)
        case ShowMore():
            return _more(setting)
        case CheckTasks(tasks):
            return _check(tasks, setting)


def _remark(command: Offer | Say | Unread, today: date) -> CommandOutcome:
    match command:
        case Unread(words):
            return CommandOutcome(phrase.unread(words))
        case Offer(adds):
            return CommandOutcome(phrase.offer(adds, today), question=Question("offer", command))
        case Say("create_list" as remark):
            return CommandOutcome(phrase.REMARKS[remark], question=Question("title", Add()))
        case Say(remark):
            return CommandOutcome(phrase.REMARKS[remark])


def _said(outcome: CommandOutcome) -> Script:
    yield from ()
    return outcome


def _add(command: Add, setting: Setting) -> Script:
    if not command.title:
        return CommandOutcome(phrase.ask_title(), question=Question("title", command))
    if command.unless_there:
        (result,) = yield (list_call(Filter(query=key_word(command.title) or command.title)),)
        there = match(command.title, result.tasks).sure
        if there:
            return CommandOutcome(phrase.there_already(there, setting.today), there)
    (result,) = yield (ToolCall("add_task", _new(command)),)
    text = phrase.added(result, setting.today)
    return CommandOutcome(_with_alert(text, result, command.when), result.tasks)


def _with_alert(text: str, result: ToolResult, when: str) -> str:
    """Add that nothing happens at a time that was noted."""
    time = time_in(when) if result.task else ""
    return f"{text} {phrase.no_alert(time)}" if time else text


def _new(command: Add) -> Json:
    due = command.due_on.isoformat() if command.due_on else None
    title, description = command.title, command.description
    given = {"due_on": due, "priority": command.priority, "tags": list(command.tags)}
    if len(title) > TITLE_LENGTH:
        description = "\n\n".join(filter(None, [title, description]))
        title = title[: TITLE_LENGTH - 1].rstrip() + "…"
    given["description"] = description
    return {"title": title, **{name: value for name, value in given.items() if value}}


def _show(command: Show, setting: Setting) -> Script:
    result = yield from listing(command.wanted)
    return CommandOutcome(phrase.listed(result, command.wanted, setting.today), result.tasks)


def _look_up(command: Show, setting: Setting) -> Script:
    words = command.wanted.query or ""
    search = replace(command.wanted, query=key_word(words) or words)
    (result,) = yield (list_call(search),)
    if result.error:
        return CommandOutcome(phrase.failed(result, "look that up"))
    found = match(words, result.tasks)
    fitting = found.sure or found.maybe
    return CommandOutcome(
        phrase.checked(fitting, words, setting.today, facts=command.facts), fitting
    )


def _show_task(number: int, setting: Setting) -> Script:
    (result,) = yield (list_call(Filter(), PAGE),)
    found = tuple(task for task in result.tasks if task.id == number)
    return CommandOutcome(phrase.one(result, found, number, setting.today), found)


def _more(setting: Setting) -> Script:
    last = setting.last_list
    cursor = (last.result.data or {}).get("next_cursor") if last else None
    if not last or not cursor:
        return CommandOutcome(phrase.no_more())
    arguments = {**last.call.arguments, "cursor": cursor}
    (result,) = yield (ToolCall("list_tasks", arguments),)
    return CommandOutcome(phrase.next_page(result, setting.today), result.tasks)


def _check(tasks: tuple[TaskSnapshot, ...], setting: Setting) -> Script:
    query = key_word(tasks[0].title) if len(tasks) == 1 else None
    (result,) = yield (list_call(Filter(query=query or None), PAGE),)
    if result.error:
        return CommandOutcome(phrase.failed(result, "look that up"))
    present = {task.id: task for task in result.tasks}
    found = tuple(present[task.id] for task in tasks if task.id in present)
    gone = tuple(task for task in tasks if task.id not in present)
    return CommandOutcome(phrase.on_list(found, gone, setting.today), found)


def _undo(command: Undo) -> Script:
    named = {} if command.change_id is None else {"change_id": command.change_id}
    (result,) = yield (ToolCall("undo_last_change", named),)
    change = result.error.data.get("change") if result.error else None
    if isinstance(change, dict) and result.error and result.error.code == "nothing_to_undo_here":
        return _undo_elsewhere(change)
    return CommandOutcome(phrase.undone(result), result.tasks)


def _undo_elsewhere(change: Json) -> CommandOutcome:
    """Ask before a change is taken back that another conversation made."""
    task = TaskSnapshot(int(change["task_id"]), str(change["title"]))
    question = Question("undo", Undo(int(change["change_id"])), (task,))
    text = phrase.undo_elsewhere(str(change["action"]), task)
    return CommandOutcome(text, question=question)


def _act(command: Targeted, setting: Setting) -> Script:
    found = yield from locate(command, setting)
    if isinstance(found, CommandOutcome):
        return found
    if isinstance(command, Complete | Delete) and command.asked:
        return confirmation(replace(command, asked=False), found, len(found), setting.today)
    if isinstance(command, Change) and command.empty:
        question = Question("change", command, found)
        return CommandOutcome(phrase.ask_change(found), question=question)
    if setting.memory.at_loss and any(isinstance(each, _POINTING) for each in command.targets):
        return confirmation(command, found, len(found), setting.today)
    if isinstance(command, Change) and command.builds_on:
        (listing,) = yield (list_call(Filter(), PAGE),)
        present = {task.id: task for task in listing.tasks}
        found = tuple(present.get(task.id, task) for task in found)
    undated = tuple(task for task in found if _is_earlier(command) and not task.due_on)
    found = tuple(task for task in found if task not in undated)
    calls = tuple(_call(_dated(command, task, setting), task) for task in found)
    results = (yield calls) if calls else ()
    tasks = tuple(task for result in results for task in result.tasks)
    confirmed = (
        _confirmed(command, task, result, setting)
        for task, result in zip(found, results, strict=True)
    )
    return CommandOutcome("\n".join([*confirmed, *map(phrase.undated, undated)]), tasks)


def _is_earlier(command: Targeted) -> bool:
    return isinstance(command, Change) and command.shift is not None and command.shift.is_back


def _dated(command: Targeted, task: TaskSnapshot, setting: Setting) -> Targeted:
    """Count "by two days" from the day the task is due, or from today."""
    if not isinstance(command, Change) or not command.shift:
        return command
    due = date.fromisoformat(task.due_on) if task.due_on else setting.today
    return replace(command, due_on=shifted(due, command.shift))


def _call(command: Targeted, task: TaskSnapshot) -> ToolCall:
    match command:
        case Complete():
            return ToolCall("complete_task", {"task_id": task.id})
        case Delete():
            return ToolCall("delete_task", {"task_id": task.id})
        case Change():
            return ToolCall("update_task", {"task_id": task.id, **_values(command, task)})


def _values(command: Change, task: TaskSnapshot) -> dict[str, Any]:
    due = command.due_on
    given = {
        "title": command.title and command.title[:TITLE_LENGTH],
        "description": command.description,
        "due_on": due if due is None or isinstance(due, str) else due.isoformat(),
        "priority": command.priority,
        "tags": _tags(command, task),
        "completed": command.completed,
    }
    timed = retimed(task, command.when) if command.when else {}
    noted = {"description": noted_in(task, command.note)} if command.note else {}
    return {**{name: v for name, v in given.items() if v is not None}, **timed, **noted}


def _tags(command: Change, task: TaskSnapshot) -> list[str] | None:
    """Return the tags that a task has afterwards; None if they stay as they are."""
    if command.drop_tag:
        return [tag for tag in task.tags if command.drop_tag not in {EVERY_TAG, tag}]
    return list(dict.fromkeys([*task.tags, *command.add_tags])) if command.add_tags else None


def _confirmed(command: Targeted, task: TaskSnapshot, result: ToolResult, setting: Setting) -> str:
    match command:
        case Complete():
            return phrase.completed(result, task.id)
        case Delete():
            return phrase.deleted(result, task.id)
        case Change(description=text, when=when, note=note):
            described = bool(text or when or note)
            text = phrase.changed(result, task.id, setting.today, with_description=described)
            return _with_alert(text, result, when)
