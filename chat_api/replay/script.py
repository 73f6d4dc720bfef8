"""What a script says: conversations, and what a good assistant does in them."""

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
# A value itself, or {any: [...]}, {contains: text}, {matches: pattern}; null is “not given”.
Wanted = Annotated[Any, AfterValidator(_check_values)]
Arguments = dict[str, Wanted]


class Part(BaseModel):
    """A part of a script: what it doesn't know is refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class StartingTask(Part):
    """A task that is there before the conversation starts; they are numbered from 1."""

    title: Text
    description: str | None = None
    due_on: Text | None = None
    priority: Priority | None = None
    tags: list[str] | None = None
    completed: StrictBool = False


class FinalRow(Part):
    """A task that is there in the end."""

    title: Wanted
    id: Wanted = None
    description: Wanted = None
    due_on: Wanted = None
    priority: Wanted = None
    tags: Wanted = None
    completed: Wanted = False

    @property
    def wanted(self) -> Arguments:
        """What is compared."""
        return {**self.model_dump(exclude_unset=True), "completed": self.completed}


class ExpectedCall(Part):
    """A tool call: with these arguments and no other, or with at least these.

    One that fails is expected only where that is said.
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


class ExpectedReply(Part):
    """What the reply has to say, and must not; letter case and kinds of quotes don't count.

    `contains` has texts that all have to be there, or lists of which one has to be.
    """

    contains: list[Text | list[Text]] = []
    excludes: list[Text] = []
    matches: Pattern | None = None
    asks: StrictBool = False


class Outcome(Part):
    """One way in which a turn may go right.

    Attributes:
        calls: The tool calls, unless they don't matter.
        order: Whether they have to come as they are listed.
        besides: What may be called besides: reads (the list may be looked at), or nothing.
        reply: What it says.
        claims: Whether the reply may claim only what a tool did.
        refused: The code with which the service refuses the message or gives it up.

    """

    calls: list[ExpectedCall] | None = None
    order: Literal["listed", "any"] = "listed"
    besides: Literal["reads", "nothing"] = "reads"
    reply: ExpectedReply | None = None
    claims: Literal["judged", "ignored"] = "judged"
    refused: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.calls is None and self.reply is None and self.refused is None:
            raise ValueError("says nothing: give calls, reply or refused")
        return self


class Alternatives(Part):
    """Several ways in which a turn may go right."""

    any_of: list[Outcome] = Field(min_length=2)


def _kind(expected: Any) -> str:
    alternatives = isinstance(expected, Alternatives) or (
        isinstance(expected, dict) and "any_of" in expected
    )
    return "any_of" if alternatives else "one"


class Turn(Part):
    """What the user says, where they are, and what should come of it."""

    say: Text
    zone: TimezoneName | None = None
    expect: Annotated[
        Annotated[Outcome, Tag("one")] | Annotated[Alternatives, Tag("any_of")],
        Discriminator(_kind),
    ]

    @property
    def outcomes(self) -> list[Outcome]:
        """The ways in which it may go right."""
        return self.expect.any_of if isinstance(self.expect, Alternatives) else [self.expect]


Start = Annotated[
    StartingTask,
    BeforeValidator(lambda value: {"title": value} if isinstance(value, str) else value),
]


Final = Annotated[
    Annotated[Literal["unchanged"], Tag("unchanged")] | Annotated[list[FinalRow], Tag("rows")],
    Discriminator(lambda value: "unchanged" if isinstance(value, str) else "rows"),
]


class Conversation(Part):
    """One conversation of a new user.

    Attributes:
        name: Unique in its script.
        zone: Where the user is, unless a turn says otherwise.
        tasks: What is on the list before; a text is a title.
        neighbour: What another user has on theirs, which must stay as it is.
        turns: What is said, one after the other.
        final: The rows that must be there in the end, in any order, or the word unchanged. What a
            row doesn't name is not compared, but a task is open unless it says completed.

    """

    name: str = Field(min_length=1)
    zone: TimezoneName | None = None
    tasks: list[Start] = []
    neighbour: list[Start] = []
    turns: list[Turn] = Field(min_length=1)
    final: Final | None = None


class Script(Part):
    """A file of conversations."""

    script: str = Field(min_length=1)
    zone: TimezoneName = "UTC"
    conversations: list[Conversation] = Field(min_length=1)

    @model_validator(mode="after")
    def _tell_apart(self) -> Self:
        names = [conversation.name for conversation in self.conversations]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"has several conversations named {sorted(twice)[0]!r}")
        return self
