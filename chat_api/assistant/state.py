"""What the last exchange left for the next message: the tasks it was about, and what it asked."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias, get_args

from chat_api.assistant.contract import Json, TaskSnapshot, Transcript
from chat_api.assistant.frame import Intent
from chat_api.assistant.values import NO_VALUES, TaskValues

QuestionKind: TypeAlias = Literal["confirm", "which", "title", "task", "change", "undo", "reading"]


@dataclass(frozen=True)
class Question:
    """What a reply asked, so that the next message can answer it.

    Attributes:
        kind: Whether to go on with all of the tasks (`confirm`), with which of them (`which`), what
            to add (`title`), which task is meant at all (`task`), what to change (`change`),
            whether to take back a change made elsewhere (`undo`), or whether a clause is read
            rightly (`reading`).
        intent: What is done after the answer.
        task_ids: The tasks in question.
        values: What is set after the answer.
        new_title: What the task is called after the answer.
        description: The note that is appended after the answer.
        change_id: The change that is taken back after a yes.
        text: The clause that is read as the intent after a yes.

    """

    kind: QuestionKind
    intent: Intent
    task_ids: tuple[int, ...] = ()
    values: TaskValues = NO_VALUES
    new_title: str | None = None
    description: str | None = None
    change_id: int | None = None
    text: str = ""


@dataclass(frozen=True)
class State:
    """What the next message may lean on.

    Attributes:
        intent: What was done last: add, list, complete, reopen, update or delete.
        focus: The tasks that it was done to.
        shown: The tasks that the reply named, in that order.
        values: What was set.
        filters: The arguments of the last list, with `next_cursor` where it goes on.
        question: What the reply asked.
        tasks: What the conversation's tool results tell about tasks, by number. It is not stored.

    """

    intent: Intent | None = None
    focus: tuple[int, ...] = ()
    shown: tuple[int, ...] = ()
    values: TaskValues = NO_VALUES
    filters: Mapping[str, Any] = field(default_factory=dict)
    question: Question | None = None
    tasks: Mapping[int, TaskSnapshot] = field(default_factory=dict)

    def to_json(self) -> Json | None:
        """Return the state as it is stored with a reply; None if it is empty."""
        return _json(replace(self, tasks={})) or None


def state_of(transcript: Transcript) -> State:
    """Return the state that the reply before the current message left."""
    earlier = transcript.earlier
    if earlier is None:
        return State()
    last = earlier.current
    results = [call.result for turn in earlier.turns for call in turn.done]
    tasks = {task.id: task for result in results for task in result.tasks if task.id}
    stored = _read(last.pending or {})
    return replace(stored, shown=stored.shown or last.task_ids, tasks=tasks)


def _read(data: Json) -> State:
    """Read a stored state. What an earlier version stored in another form counts as nothing."""
    try:
        question = data.get("question")
        return State(
            intent=_intent(data.get("intent")),
            focus=tuple(data.get("focus", ())),
            shown=tuple(data.get("shown", ())),
            values=_values(data.get("values", {})),
            filters=dict(data.get("filters", {})),
            question=_question(question) if question else None,
        )
    except (TypeError, ValueError, KeyError):
        return State()


def _question(data: Json) -> Question:
    return Question(
        kind=data["kind"],
        intent=_intent(data["intent"]) or "none",
        task_ids=tuple(data.get("task_ids", ())),
        values=_values(data.get("values", {})),
        new_title=data.get("new_title"),
        description=data.get("description"),
        change_id=data.get("change_id"),
        text=data.get("text", ""),
    )


def _intent(name: Any) -> Intent | None:
    if name is not None and name not in get_args(Intent):
        raise ValueError(name)
    return name  # type: ignore[no-any-return]


def _values(data: Json) -> TaskValues:
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    return TaskValues(**{**data, **lists})


def _json(value: Any) -> Any:
    """Return a value as JSON; of a dataclass the fields that differ from their defaults."""
    if isinstance(value, State | Question | TaskValues):
        given = ((each.name, getattr(value, each.name), each) for each in fields(value))
        return {name: _json(each) for name, each, rule in given if not _is_default(each, rule)}
    return list(value) if isinstance(value, tuple) else value


def _is_default(value: Any, rule: Field[Any]) -> bool:
    return value == rule.default or (isinstance(value, Mapping) and not value)
