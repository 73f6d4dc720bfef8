"""What the built-in assistant says. Every claim is made from a tool result."""

from dataclasses import replace
from datetime import date

from chat_api.assistant.commands import Add, Filter, Remark
from chat_api.assistant.contract import TaskSnapshot, ToolError, ToolResult
from chat_api.assistant.task_lines import counted, day, details, lines, noted, notes

_CAN = (
    "add, list, complete, change and delete tasks, with due dates, priorities and tags, "
    "and undo the last change"
)
_TRY = "For example: “add buy milk tomorrow”, “what's due this week?”, “mark 2 as done”."
_WHO = "I'm the built-in assistant, without a language model"
REMARKS: dict[Remark, str] = {
    "hello": "Hello! I keep your to-do list. What shall I add, show or tick off?",
    "thanks": "You're welcome!",
    "bye": "Goodbye! Your list will be here.",
    "help": f"{_WHO}. I can {_CAN}. {_TRY}",
    "beyond": f"I can't help with that. {_WHO}, and can {_CAN}. {_TRY}",
    "unsure": f"I'm not sure what you'd like me to do, so I changed nothing. I can {_CAN}. {_TRY}",
    "kept": "All right, I changed nothing.",
    "long": "That's more than I can read at once. Please tell me in a few shorter sentences.",
    "others": "I can only see and change your own tasks, nobody else's.",
    "one_list": "I can't rename lists, so I changed nothing.",
    "undo_all": "I take back one change at a time. Say “undo” for the last, and again for more.",
    "condition": "I can't wait for something to happen, so I changed nothing. Tell me when it has.",
    "create_list": "I can't make lists myself, but tags can divide yours. What should I add to it?",
}
_LONGEST_REASON = 300
_UNDONE = {
    "created": "{it} is off your list again.",
    "updated": "{it} is as it was before.",
    "completed": "{it} is open again.",
    "reopened": "{it} is marked as done again.",
    "deleted": "{it} is back.",
}


_ELSEWHERE = {
    "created": "added",
    "completed": "ticked off",
    "reopened": "reopened",
    "deleted": "deleted",
}
_TOLD = {
    "add_task": "added",
    "complete_task": "ticked off",
    "delete_task": "deleted",
    "update_task": "changed",
    "undo_last_change": "took back the change to",
}


def no_task(number: int) -> str:
    """Say that no task has that number."""
    return f"I couldn't find task {number}. Say “show my tasks” to see what there is."


def named(task: TaskSnapshot) -> str:
    """Name a task by number and title."""
    return f"task {task.id}, “{task.title}”"


def added(result: ToolResult, today: date) -> str:
    """Confirm a new task."""
    task = result.task
    if not task:
        return failed(result, "add that")
    facts = " · ".join(filter(None, [notes(task, today), noted(task)]))
    return f"Added “{task.title}” as task {task.id}{f' ({facts})' if facts else ''}."


def there_already(tasks: tuple[TaskSnapshot, ...], today: date) -> str:
    """Say that what was to be added if it is missing is not missing."""
    return "\n".join(["That's on your list already, so I added nothing:", "", *lines(tasks, today)])


def completed(result: ToolResult, number: int) -> str:
    """Confirm that a task is done."""
    task = result.task
    if not task:
        return failed(result, "complete that", number)
    if _unchanged(result):
        return f"T{named(task)[1:]}, was done already."
    return f"Done! I ticked off {named(task)}."


def deleted(result: ToolResult, number: int) -> str:
    """Confirm a deletion."""
    task = result.task
    return f"Deleted {named(task)}." if task else failed(result, "delete that", number)


def changed(result: ToolResult, number: int, today: date, *, with_description: bool) -> str:
    """Confirm a change by showing the task as it is now."""
    task = result.task
    if not task:
        return failed(result, "change that", number)
    state = "done" if task.completed else "open"
    description = noted(task) if with_description else ""
    facts = ", ".join(filter(None, [state, notes(task, today), description]))
    if _unchanged(result):
        return f"T{named(task)[1:]}, is like that already ({facts}), so I changed nothing."
    return f"Changed task {task.id}: “{task.title}” ({facts})."


def _unchanged(result: ToolResult) -> bool:
    return (result.data or {}).get("status") == "unchanged"


def no_alert(time: str) -> str:
    """Say that a time is kept as a note and nothing more."""
    return f"I noted {time}, but I can't alert you at a time yet."


def undated(task: TaskSnapshot) -> str:
    """Say that a task can't be due sooner, as it is not due at all."""
    return f"T{named(task)[1:]}, has no due date, so I left it as it is."


def undone(result: ToolResult) -> str:
    """Say what was taken back."""
    task, kind = result.task, str((result.data or {}).get("undone"))
    if not task:
        return failed(result, "undo that")
    text = _UNDONE.get(kind, "the change to {it} is taken back.").format(it=named(task))
    counts = result.data or {}
    more = f" More tasks as before: {counts['others']}." if "others" in counts else ""
    left = f" Left, since changed elsewhere: {counts['skipped']}." if "skipped" in counts else ""
    return f"Undone: {text}{more}{left}"


def told(tool: str, task: TaskSnapshot) -> str:
    """Say again what a call of an earlier turn did."""
    return f"Before this, I {_TOLD[tool]} {named(task)}."


def unread(words: str) -> str:
    """Say which part of a message was left out."""
    return f"I didn't understand “{words}”, so I left that part out."


def nothing_done() -> str:
    """Say that nothing of that kind was done."""
    return "I did nothing of that kind in this conversation. Say “show my tasks” to see your list."


def undo_elsewhere(action: str, task: TaskSnapshot) -> str:
    """Ask whether to take back a change that was not made in this conversation."""
    lead = "I changed nothing in this conversation that I could take back."
    done = _ELSEWHERE.get(action, "changed")
    return f"{lead} The last change elsewhere {done} {named(task)}. Shall I take that back?"


def regretted() -> str:
    """Ask whether what was done is to be taken back."""
    return "That is done already. Shall I take the last change back?"


def failed(result: ToolResult, what: str, number: int = 0) -> str:
    """Pass a tool's error on, which is about the task of that `number` if it is about one."""
    error = result.error or ToolError()
    if error.code == "task_not_found" and number:
        return no_task(number)
    reason = error.message[:_LONGEST_REASON] or "The task service reported an error."
    return f"I couldn't {what}. {reason}"


def listed(result: ToolResult, wanted: Filter, today: date) -> str:
    """Show a list, or say kindly that it is empty."""
    if result.data is None:
        return failed(result, "get your list")
    tasks = result.tasks
    if not tasks:
        return _empty(wanted)
    total = result.data.get("total", len(tasks))
    kind, count = _kind(wanted), counted(total)
    fit = f" that {'fits' if total == 1 else 'fit'}" if wanted.traits else ""
    head = f"You have {count} {kind}task{'' if total == 1 else 's'}{fit}:"
    more = ["", f"That's {len(tasks)} of {count}; say “more” to go on."] if _more(result) else []
    return "\n".join([head, "", *lines(tasks, today), *more])


def checked(found: tuple[TaskSnapshot, ...], words: str, today: date, *, facts: bool) -> str:
    """Answer whether something is on the list, or what is kept of it."""
    if not found:
        lead = "" if facts else "No, "
        return f"{lead}I found no task about “{words}” on your list."
    if facts:
        return "\n".join(["This is what I have:", "", *details(found, today)])
    return "\n".join(["Yes, that's on your list:", "", *lines(found, today)])


def on_list(found: tuple[TaskSnapshot, ...], gone: tuple[TaskSnapshot, ...], today: date) -> str:
    """Answer whether the tasks that were just spoken of are on the list."""
    missing = [f"T{named(task)[1:]}, is not on your list." for task in gone]
    if not found:
        return " ".join(["No.", *missing])
    return "\n".join(["Yes, that's on your list:", "", *lines(found, today), *missing])


def one(result: ToolResult, found: tuple[TaskSnapshot, ...], number: int, today: date) -> str:
    """Show all that is kept of one task."""
    if result.data is None:
        return failed(result, "look that up")
    return "\n".join(details(found, today)) or no_task(number)


def _empty(wanted: Filter) -> str:
    if wanted == Filter():
        return "Your list is empty. Tell me what to add!"
    if wanted == Filter("pending"):
        return "Nothing is pending. Well done!"
    if replace(wanted, sort=None) == Filter("completed"):
        return "No task is completed yet."
    return f"You have no {_kind(wanted)}tasks that fit."


def _kind(wanted: Filter) -> str:
    level = f"{wanted.priority}-priority" if wanted.priority else ""
    state = wanted.status if wanted.status != "all" else ""
    return "".join(f"{word} " for word in (state, level) if word)


def _more(result: ToolResult) -> bool:
    return bool((result.data or {}).get("next_cursor"))


def next_page(result: ToolResult, today: date) -> str:
    """Show a further page of a list."""
    if result.data is None:
        return failed(result, "get the rest of your list")
    more = ["", "Say “more” to go on."] if _more(result) else []
    return "\n".join([*lines(result.tasks, today), *more]) or no_more()


def no_more() -> str:
    """Say that the list shown last is complete."""
    return "There is no more to show. Say “show my tasks” to see your list from the start."


def _do(verb: str, what: str = "") -> str:
    """Fill a verb like "mark {} as done"."""
    return " ".join(verb.format(what).split())


def which(verb: str, tasks: tuple[TaskSnapshot, ...], today: date) -> str:
    """Ask which of several tasks is meant."""
    head = f"Which one shall I {_do(verb)}? I changed nothing yet."
    return "\n".join([head, "", *lines(tasks, today)])


def which_instead(tasks: tuple[TaskSnapshot, ...], today: date) -> str:
    """Ask which task was meant, after the wrong one was taken."""
    head = "Which one did you mean? I changed nothing more yet; “undo” takes the last change back."
    return "\n".join([head, "", *lines(tasks, today)])


def did_you_mean(verb: str, words: str, tasks: tuple[TaskSnapshot, ...], today: date) -> str:
    """Ask whether an inexact match is meant."""
    head = f"I found no task called “{words}”. Is one of these the one to {_do(verb)}?"
    return "\n".join([head, "", *lines(tasks, today)])


def confirm(verb: str, tasks: tuple[TaskSnapshot, ...], total: int, today: date) -> str:
    """Ask before acting on many tasks at once."""
    count = "this 1 task" if len(tasks) == 1 else f"these {len(tasks)} tasks"
    rest = f" (of {counted(total)}; I do {len(tasks)} at a time)" if total > len(tasks) else ""
    head = f"Shall I really {_do(verb, count)}{rest}? Please answer yes or no."
    return "\n".join([head, "", *lines(tasks, today)])


def no_match(words: str) -> str:
    """Say that no task is called that."""
    return f"I couldn't find a task called “{words}”. Say “show my tasks” to see what there is."


def nothing_to(verb: str, wanted: Filter) -> str:
    """Say that no task fits."""
    if wanted.traits:
        return f"No {_kind(wanted)}task fits that, so there is nothing to {_do(verb)}."
    return f"There are no {_kind(wanted)}tasks to {_do(verb)}."


def too_many() -> str:
    """Say that a list is too long to be gone through page by page."""
    return "There are more tasks on your list than I can go through one by one."


def nothing_spared() -> str:
    """Say that it isn't clear which tasks "all except …" leaves out."""
    return "I couldn't tell which tasks to leave out, so I changed nothing. Tell me their numbers."


def ask_target(verb: str) -> str:
    """Ask for the task."""
    return f"Which task shall I {_do(verb)}? Tell me its number or its title."


def ask_change(tasks: tuple[TaskSnapshot, ...]) -> str:
    """Ask for the new value."""
    which_one = f"task {tasks[0].id}" if len(tasks) == 1 else "it"
    return f"What should {which_one} become? Tell me a new title, a due date or a priority."


def ask_title() -> str:
    """Ask for a title."""
    return "What should the task be called?"


def offer(adds: tuple[Add, ...], today: date) -> str:
    """Propose to note something down."""
    *most, last = (f"“{add.title}”{_offered(add, today)}" for add in adds)
    return f"Shall I add {' and '.join(filter(None, [', '.join(most), last]))} to your list?"


def _offered(add: Add, today: date) -> str:
    return f" (due {day(add.due_on.isoformat(), today)})" if add.due_on else ""


def one_question() -> str:
    """Say that of several things that need an answer only the first is asked about."""
    return "I can ask about one thing at a time; please tell me the rest again after this."


def no_question() -> str:
    """Say that a yes or no fits no question."""
    return "I didn't ask anything just now. What shall I do with your list?"


def no_tool(name: str) -> str:
    """Say that a tool isn't offered."""
    what = name.replace("_", " ")
    return f"I can't do that just now: “{what}” isn't available to me."


def interrupted() -> str:
    """Say that what was called is not what would be called now."""
    return "I lost the thread of that request. Say “show my tasks” to see how your list stands."
