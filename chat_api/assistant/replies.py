"""What comes of a request, and how it is put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from chat_api.assistant.contract import TaskSnapshot, ToolError
from chat_api.assistant.frame import NO_REQUEST, Intent, Request
from chat_api.assistant.state import Question, QuestionKind, State

Surface: TypeAlias = Literal["cards", "text"]
MOST_SUGGESTIONS = 4
SHOW = "Show my tasks"
_WEEK = timedelta(days=7)
_MOST_NAMED = 10


@dataclass(frozen=True)
class Wording:
    """How tasks are put into words on a day.

    Attributes:
        today: The user's date.
        numbers: Whether tasks are named with their numbers, for a client that shows text only.

    """

    today: date
    numbers: bool = True

    def name(self, task: TaskSnapshot) -> str:
        """Return the title in bold, with the number behind it: `**Buy milk** (#3)`."""
        title = f"**{escaped(task.title)}**" if task.title else f"task {task.id}"
        return f"{title} (#{task.id})" if self.numbers and task.title else title

    def names(self, tasks: Sequence[TaskSnapshot]) -> str:
        """Return the names of several tasks, of many the first ones."""
        shown = [self.name(task) for task in tasks[:_MOST_NAMED]]
        more = len(tasks) - len(shown)
        return joined([*shown, f"{more} more"] if more else shown)

    def day(self, text: str) -> str:
        """Return a date of a tool result: `today`, `on Friday`, `on 4 December`."""
        day = date.fromisoformat(text)
        ahead = (day - self.today).days
        if ahead in _NEAR:
            return _NEAR[ahead]
        if 1 < ahead < _WEEK.days:
            return f"on {day:%A}"
        year = f" {day.year}" if day.year != self.today.year else ""
        return f"on {day.day} {day:%B}{year}"

    def when(self, due_on: str | None, due_time: str | None) -> str:
        """Return when a task is due: `tomorrow at 17:00`; nothing if it has no date."""
        if not due_on:
            return ""
        return f"{self.day(due_on)} at {due_time}" if due_time else self.day(due_on)

    def moment(self, text: str) -> str:
        """Return the moment of a reminder: `today at 17:00`."""
        moment = datetime.fromisoformat(text)
        return f"{self.day(moment.date().isoformat())} at {moment:%H:%M}"

    def details(self, task: TaskSnapshot) -> str:
        """Return what is known of a task but its title: `due tomorrow, every Monday, high`."""
        due = self.when(task.due_on, task.due_time)
        parts = [
            f"due {due}" if due else "",
            f"repeats {task.repeat}" if task.repeat else "",
            f"{task.priority} priority" if task.priority not in {None, "none"} else "",
            *(f"#{tag}" for tag in task.tags),
            f"on the list {escaped(task.list)}" if task.list else "",
        ]
        return ", ".join(part for part in parts if part)

    def line(self, task: TaskSnapshot) -> str:
        """Return a line of a list: `- #3 Buy milk: due tomorrow`."""
        details = self.details(task)
        done = " (done)" if task.completed else ""
        return f"- #{task.id} {escaped(task.title)}{done}{f': {details}' if details else ''}"

    def lines(self, tasks: Iterable[TaskSnapshot]) -> str:
        """Return the lines of a list."""
        return "\n".join(self.line(task) for task in tasks)


_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 task`, `3 tasks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Join names as a sentence does: `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def quoted(text: str) -> str:
    """Return words of the user in quotes."""
    return f"“{escaped(text.strip())}”"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{each}" if each in r"\`*_[]<>" else each for each in text)


@dataclass(frozen=True)
class Context:
    """What a turn is handled with.

    Attributes:
        now: The user's date and time.
        state: What the last exchange left.
        surface: Whether the client shows tasks as cards, or only text.
        last_reply: The text of the reply before.
        message: The message as typed.
        open_tasks: The open tasks, once they were read in this turn.

    """

    now: datetime
    state: State
    surface: Surface = "text"
    last_reply: str = ""
    message: str = ""
    open_tasks: tuple[TaskSnapshot, ...] | None = None

    @property
    def today(self) -> date:
        """The user's date."""
        return self.now.date()

    @property
    def wording(self) -> Wording:
        """How tasks are put into words."""
        return Wording(self.today, numbers=self.surface == "text")


@dataclass(frozen=True)
class Outcome:
    """What came of a request.

    Attributes:
        text: What the reply says about it.
        tasks: The tasks that this is about, in the order shown.
        intent: What was done, if the next message may continue or correct it.
        focus: The tasks that it was done to.
        request: The request, for its values.
        filters: The arguments of a list, with `next_cursor` where it goes on.
        question: What is asked.
        suggestions: Messages that the user may send next.

    """

    text: str
    tasks: tuple[int, ...] = ()
    intent: Intent | None = None
    focus: tuple[int, ...] = ()
    request: Request = NO_REQUEST
    filters: Mapping[str, Any] = field(default_factory=dict)
    question: Question | None = None
    suggestions: tuple[str, ...] = ()


def details(tasks: Sequence[TaskSnapshot], context: Context) -> Outcome:
    """Return sentences with all that is known of each task."""
    sentences = []
    for task in tasks:
        known = context.wording.details(task) or "no date"
        state = "done" if task.completed else "open"
        note = f" Note: {escaped(task.description)}" if task.description else ""
        sentences.append(f"{context.wording.name(task)}: {state}, {known}.{note}")
    return Outcome("\n".join(sentences), tuple(task.id for task in tasks), "list")


def _question(kind: QuestionKind, request: Request, ids: tuple[int, ...]) -> Question:
    return Question(
        kind, request.intent, ids, request.values, request.new_title, request.description
    )


def ask_which(request: Request, tasks: Sequence[TaskSnapshot], wording: Wording) -> Outcome:
    """Ask which one of several tasks is meant."""
    ids = tuple(task.id for task in tasks)
    question = _question("which", request, ids)
    names = [wording.name(task) for task in tasks]
    return Outcome(
        f"Which one do you mean: {joined(names, 'or')}?",
        tasks=ids,
        question=question,
        suggestions=tuple(task.title for task in tasks[:MOST_SUGGESTIONS]),
    )


def ask_whether(request: Request, tasks: Sequence[TaskSnapshot], text: str) -> Outcome:
    """Ask whether to go on with these tasks."""
    ids = tuple(task.id for task in tasks)
    question = _question("confirm", request, ids)
    return Outcome(text, tasks=ids, question=question, suggestions=("Yes", "No"))


def ask_change(request: Request, tasks: Sequence[TaskSnapshot], wording: Wording) -> Outcome:
    """Ask what to change about tasks, and name the words that no field takes."""
    ids = tuple(task.id for task in tasks)
    unread = joined([quoted(each) for each in request.rest])
    said = f"I didn't get {unread}. " if unread else ""
    offers = (f"Mark “{tasks[0].title}” as done",) if len(tasks) == 1 else ()
    return Outcome(
        f"{said}What should change about {wording.names(tasks)}?",
        ids,
        question=Question("change", "update", ids),
        suggestions=("Due tomorrow", "High priority", *offers),
    )


def not_found(words: Sequence[str]) -> str:
    """Say that no task was found by these words."""
    return f"I couldn't find {joined([quoted(each) for each in words], 'or')} on your list."


def refused(error: ToolError, task_id: int | None = None) -> Outcome:
    """Say why a tool did nothing."""
    if error.code == "task_not_found" and task_id is not None:
        return Outcome(f"There is no task {task_id}.", suggestions=(SHOW,))
    return Outcome(f"That didn't work: {error.message}", suggestions=(SHOW,))
