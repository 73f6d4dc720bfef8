"""The schema of a script: conversations, and what is expected of the assistant in them."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    Tag,
    model_validator,
)

from chat_api.replay.placeholders import check_placeholders
from chat_api.timezones import TimezoneName
from db.values import Priority

Tool = Literal[
    "add_task",
    "list_tasks",
    "complete_task",
    "update_task",
    "delete_task",
    "undo_last_change",
]


def _check_values(value: Any) -> Any:
    match value:
        case str():
            check_placeholders(value)
        case list():
            for part in value:
                _check_values(part)
        case {"any": [_, *_] as choices, **rest} if not rest:
            _check_values(choices)
        case {"contains": str(text), **rest} if not rest:
            check_placeholders(text)
        case {"matches": str(pattern), **rest} if not rest:
            _check_pattern(pattern)
        case dict():
            raise ValueError("takes one of any: [...], contains: text, matches: pattern")
    return value


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return pattern


Text = Annotated[str, Field(min_length=1), AfterValidator(check_placeholders)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_check_pattern)]
# A value, or {any: [...]}, {contains: text}, {matches: pattern}; null expects none.
ExpectedValue = Annotated[Any, AfterValidator(_check_values)]
Arguments = dict[str, ExpectedValue]


class ScriptPart(BaseModel):
    """A part of a script; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class StartingTask(ScriptPart):
    """A task that exists before the conversation starts; they are numbered from 1."""

    title: Text
    description: str | None = None
    due_on: Text | None = None
    due_time: Text | None = None
    repeat: Text | None = None
    priority: Priority | None = None
    tags: list[str] | None = None
    completed: StrictBool = False
    list: Text | None = None


class FinalRow(ScriptPart):
    """A task that is expected at the end."""

    title: ExpectedValue
    id: ExpectedValue = None
    description: ExpectedValue = None
    due_on: ExpectedValue = None
    due_time: ExpectedValue = None
    repeat_text: ExpectedValue = None
    priority: ExpectedValue = None
    tags: ExpectedValue = None
    completed: ExpectedValue = False
    list: ExpectedValue = None

    @property
    def expected_fields(self) -> Arguments:
        """The fields to compare."""
        return {**self.model_dump(exclude_unset=True), "completed": self.completed}


class ExpectedCall(ScriptPart):
    """A tool call with exactly these arguments, or with at least these.

    A failed call is expected only with `fails`.
    """

    tool: Tool
    exactly: Arguments | None = None
    at_least: Arguments | None = Field(None, alias="with")
    fails: StrictBool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.exactly is not None and self.at_least is not None:
            raise ValueError("takes `exactly` or `with`, not both")
        return self


class ExpectedReply(ScriptPart):
    """The text of a reply, compared without letter case and kinds of quotes.

    Each item of `contains` is a text, or a list of texts of which one suffices.
    """

    contains: list[Text | list[Text]] = []
    excludes: list[Text] = []
    matches: Pattern | None = None
    asks: StrictBool = False


class ExpectedOutcome(ScriptPart):
    """One outcome of a turn that is right.

    Attributes:
        calls: The tool calls; None accepts any.
        order: Whether the calls must come in the listed order.
        besides: Which further calls are accepted: those that only read, or none.
        reply: The text of the reply.
        claims: Whether the claims of the reply are checked against the tool calls.
        refused: The code with which the service refuses the message or ends the turn.

    """

    calls: list[ExpectedCall] | None = None
    order: Literal["listed", "any"] = "listed"
    besides: Literal["reads", "nothing"] = "reads"
    reply: ExpectedReply | None = None
    claims: Literal["judged", "ignored"] = "judged"
    refused: Text | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if self.calls is None and self.reply is None and self.refused is None:
            raise ValueError("says nothing: give calls, reply or refused")
        return self


class Alternatives(ScriptPart):
    """Several outcomes of a turn, each of which is right."""

    any_of: list[ExpectedOutcome] = Field(min_length=2)


def _kind(expected: Any) -> str:
    alternatives = isinstance(expected, Alternatives) or (
        isinstance(expected, dict) and "any_of" in expected
    )
    return "any_of" if alternatives else "one"


class ScriptTurn(ScriptPart):
    """A message of the user, their time zone, and the expected outcome."""

    say: Text
    zone: TimezoneName | None = None
    expect: Annotated[
        Annotated[ExpectedOutcome, Tag("one")] | Annotated[Alternatives, Tag("any_of")],
        Discriminator(_kind),
    ]

    @property
    def outcomes(self) -> list[ExpectedOutcome]:
        """The outcomes that are right."""
        return self.expect.any_of if isinstance(self.expect, Alternatives) else [self.expect]


Start = Annotated[
    StartingTask,
    BeforeValidator(lambda value: {"title": value} if isinstance(value, str) else value),
]

Final = Annotated[
    Annotated[Literal["unchanged"], Tag("unchanged")] | Annotated[list[FinalRow], Tag("rows")],
    Discriminator(lambda value: "unchanged" if isinstance(value, str) else "rows"),
]


class ScriptConversation(ScriptPart):
    """One conversation of a new user.

    Attributes:
        name: Unique in its script.
        zone: The user's time zone; a turn may name another one.
        tasks: The user's tasks before the first turn; a text is a title.
        other_user: The tasks of another user, which must not change.
        turns: The turns in their order.
        final: The tasks at the end, in any order, or the word unchanged. Fields that a row does
            not name are not compared, except that a task is open unless it has `completed`.

    """

    name: str = Field(min_length=1)
    zone: TimezoneName | None = None
    tasks: list[Start] = []
    other_user: list[Start] = []
    turns: list[ScriptTurn] = Field(min_length=1)
    final: Final | None = None


class Script(ScriptPart):
    """A file of conversations."""

    script: str = Field(min_length=1)
    zone: TimezoneName = "UTC"
    conversations: list[ScriptConversation] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique_names(self) -> Self:
        names = [conversation.name for conversation in self.conversations]
        if repeated := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"has several conversations named {sorted(repeated)[0]!r}")
        return self
