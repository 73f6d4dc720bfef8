"""`search` and `fetch` as ChatGPT's connectors and deep research call them.

Both take one string, and answer with the same JSON as structured content and as the only text.
Source: OpenAI, "Building MCP servers for ChatGPT and API integrations".
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from mcp_types import ToolAnnotations
from pydantic import MISSING, AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from db.errors import TaskNotFound
from db.task_values import Task
from db.tasks import UserTasks
from db.values import TITLE_LENGTH, TaskFilter, clean_text
from mcp_server.context import ToolContext
from mcp_server.errors import TaskReferenceError
from mcp_server.resources import described, task_number
from mcp_server.results import Result, TextBy, text_by
from mcp_server.task_session import task_session
from mcp_server.task_tool import TaskTool

_MAX_RESULTS = 20
# How many words of a query are searched, and how many tasks are ranked for each.
_MAX_WORDS = 8
_RANKED = 50
_WORD = re.compile(r"[\w-]{2,}")


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def _as_id(text: str) -> str:
    if task_number(text) is None:
        raise ValueError("must be the id of a search result")
    return text


SearchQuery = Annotated[
    str,
    Field(max_length=1000, description="Words in title or description"),
    BeforeValidator(clean_text),
]
Id = Annotated[
    str,
    Field(max_length=20, description="id of a search result"),
    BeforeValidator(_as_text),
    AfterValidator(_as_id),
]


class _JsonResult(Result):
    """A result whose text is its JSON, since the contract names no other."""

    def text(self) -> str:
        """Return the structured content as JSON."""
        return self.model_dump_json()


class Hit(BaseModel):
    """A task that was found; `id` is the argument of fetch, `url` a link for people."""

    id: str
    title: str
    url: str
    text_by: TextBy = MISSING

    @classmethod
    def of(cls, task: Task, url: str, reader: str) -> "Hit":
        """Build it from a task."""
        return cls(id=str(task.id), title=task.title, url=url, **text_by(task, reader))


class Found(_JsonResult):
    """The best matches, best first."""

    results: list[Hit]


class Document(_JsonResult):
    """A task with all of its fields."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    title: str
    body: str = Field(alias="text")
    url: str
    metadata: dict[str, str]
    text_by: TextBy = MISSING


@dataclass(frozen=True)
class Connector:
    """The two tools; `web_url` is the web app's address, which links begin with."""

    web_url: str

    async def search(self, ctx: ToolContext, query: SearchQuery) -> Found:
        """Find tasks by words. Returns ids for fetch."""
        async with task_session(ctx) as opened:
            tasks, reader = await _best(opened.tasks, query), opened.tasks.author
        return Found(results=[Hit.of(task, self._link(task.id), reader) for task in tasks])

    async def fetch(self, ctx: ToolContext, id: Id) -> Document:  # noqa: A002  the contract's name
        """Read one task in full."""
        async with task_session(ctx) as opened:
            try:
                task = await opened.tasks.get(int(id))
            except TaskNotFound as error:
                raise TaskReferenceError(str(error), "search shows what there is.") from error
        return Document(
            id=str(task.id),
            title=task.title,
            text=described(task),
            url=self._link(task.id),
            metadata=_metadata(task),
            **text_by(task, opened.tasks.author),
        )

    def tools(self) -> list[TaskTool]:
        """Return both tools."""
        reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        return [
            TaskTool.from_function(self.search, title="Search tasks", annotations=reads),
            TaskTool.from_function(self.fetch, title="Read a task", annotations=reads),
        ]

    def _link(self, task_id: int) -> str:
        return f"{self.web_url.rstrip('/')}/tasks?task={task_id}"


async def _best(tasks: UserTasks, query: str) -> list[Task]:
    """Rank tasks by how many words of the query they hold: queries are often whole sentences."""
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(query)))[:_MAX_WORDS]
    found: dict[int, Task] = {}
    hits: Counter[int] = Counter()
    for word in words:
        holds_word = TaskFilter(query=word[:TITLE_LENGTH], sort="-created")
        for task in (await tasks.page(holds_word, limit=_RANKED)).tasks:
            found[task.id] = task
            hits[task.id] += 1
    ranked = sorted(found.values(), key=lambda task: (-hits[task.id], task.completed, -task.id))
    return ranked[:_MAX_RESULTS]


def _metadata(task: Task) -> dict[str, str]:
    fields = {
        "status": "completed" if task.completed else "pending",
        "due_on": str(task.due_on or ""),
        "due_time": f"{task.due_time:%H:%M}" if task.due_time else "",
        "repeat": task.repeat_text or "",
        "priority": "" if task.priority == "none" else task.priority,
        "tags": ", ".join(task.tags),
        "list": task.list or "",
        "created_at": task.created_at.isoformat(),
        "updated_at": task.updated_at.isoformat(),
    }
    return {name: value for name, value in fields.items() if value}
