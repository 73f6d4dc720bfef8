"""What an import brings: tasks with all their fields, lists, and the lines that are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from db.errors import RefusedValue
from db.values import DueOn, NewListName, NewTask

MOST_IMPORTED = 10_000


class ImportedTask(NewTask):
    """A task with the fields that only its history has; without them it is a new one."""

    completed: bool = False
    completed_at: AwareDatetime | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    series: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    moved_from: DueOn | None = None


class ImportedList(BaseModel):
    """A list, archived or not."""

    model_config = ConfigDict(extra="ignore")

    name: NewListName
    archived_at: AwareDatetime | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a line of a file is refused; in JSON it is the place of a task among the others."""

    line: int
    code: str
    message: str

    @classmethod
    def of(cls, line: int, error: RefusedValue) -> "Refusal":
        """Build it from a rule that was broken."""
        return cls(line, error.code, str(error))


@dataclass
class ImportedFile:
    """The tasks of a file with their lines, its lists, and what can't be read of it."""

    tasks: list[tuple[int, ImportedTask]] = field(default_factory=list)
    lists: list[ImportedList] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def add(self, line: int, fields: Mapping[str, Any]) -> None:
        """Add a task, or why its fields are refused."""
        try:
            self.tasks.append((line, ImportedTask.model_validate(fields)))
        except ValidationError as error:
            self.refused.append(Refusal(line, *_reason(error)))


class UnreadableFile(RefusedValue):
    """The file as a whole can't be read."""

    code = "unreadable_file"


class TooManyTasks(RefusedValue):
    """The file has more tasks than one import may have."""

    code = "too_many_tasks"

    def __init__(self) -> None:
        super().__init__(
            f"One import has at most {MOST_IMPORTED} tasks.", "Send the file in several parts."
        )


def check_count(tasks: Sequence[object]) -> None:
    """Refuse more tasks than one import may have.

    Raises:
        TooManyTasks: There are more.
    """
    if len(tasks) > MOST_IMPORTED:
        raise TooManyTasks


def _reason(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    rule = first.get("ctx", {}).get("error")
    code = rule.code if isinstance(rule, RefusedValue) else "invalid_value"
    return code, f"{name}: {str(first['msg']).removeprefix('Value error, ')}"


def earlier(moment: datetime | None, now: datetime) -> datetime:
    """Return a time of a file; one that is to come, or that is missing, is now."""
    return min(moment, now) if moment else now
