"""An MCP server that keeps tasks in memory and answers as the contract of the tools says."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from agents.mcp import MCPServer
from mcp.types import CallToolResult, GetPromptResult, ListPromptsResult, TextContent
from mcp.types import Tool as MCPTool

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "add_task": ("title", "description", "due_on", "priority", "tags", "list"),
    "list_tasks": (
        "status",
        "query",
        "tag",
        "priority",
        "due_before",
        "due_after",
        "completed_after",
        "completed_before",
        "list",
        "sort",
        "limit",
        "cursor",
    ),
    "complete_task": ("task_id",),
    "update_task": (
        "task_id",
        "title",
        "description",
        "due_on",
        "priority",
        "tags",
        "completed",
        "list",
    ),
    "delete_task": ("task_id",),
    "undo_last_change": ("change_id",),
}
PAGE = 20
TODAY = "2026-11-21"

Row = dict[str, Any]


class ToolError(Exception):
    """A rule was broken."""

    def __init__(self, message: str, code: str = "invalid_arguments", **facts: Any) -> None:
        super().__init__(message)
        self.content = {"code": code, "message": message, **facts}


@dataclass(frozen=True)
class Undo:
    """How to take a change back; `here` says that the conversation at hand made it."""

    change_id: int
    task_id: int
    action: str
    before: Row | None
    here: bool = True


@dataclass
class Tasks:
    """One person's tasks."""

    rows: dict[int, Row] = field(default_factory=dict)
    changes: list[Undo] = field(default_factory=list)
    done_on: dict[int, str] = field(default_factory=dict)
    numbers: int = 0
    here: bool = True

    def add_task(self, title: str, **facts: Any) -> Row:
        if not 0 < len(title) <= 200:
            raise ToolError("title: must have 1 to 200 characters.")
        self.numbers += 1
        row = {"id": self.numbers, "title": title, "completed": False, **facts}
        self._write(row, "created")
        return {"task_id": row["id"], "status": "created", "title": title, "task": row}

    def list_tasks(self, status: str = "all", limit: int = PAGE, **wanted: Any) -> Row:
        rows = sorted(self.rows.values(), key=lambda row: row["id"])
        fitting = [
            row
            for row in rows
            if _fits(row, status, wanted) and _within(self.done_on.get(row["id"]), wanted)
        ]
        start = int(wanted.get("cursor", 0))
        page = fitting[start : start + limit]
        more = {"next_cursor": str(start + limit)} if len(fitting) > start + limit else {}
        return {"tasks": page, "total": len(fitting), "today": TODAY, **more}

    def complete_task(self, task_id: int) -> Row:
        row = self._row(task_id) | {"completed": True}
        self.done_on[task_id] = TODAY
        status = self._write(row, "completed")
        return {"task_id": task_id, "status": status, "title": row["title"]}

    def update_task(self, task_id: int, **changes: Any) -> Row:
        if not changes:
            raise ToolError("Nothing to change was given.")
        row = self._row(task_id) | changes
        if row.get("due_on") == "none":
            del row["due_on"]
        status = self._write(row, "updated")
        return {"task_id": task_id, "status": status, "title": row["title"], "task": row}

    def delete_task(self, task_id: int) -> Row:
        row = self._row(task_id)
        self._record(task_id, "deleted", row)
        del self.rows[task_id]
        return {"task_id": task_id, "status": "deleted", "title": row["title"]}

    def undo_last_change(self, change_id: int | None = None) -> Row:
        if not self.changes:
            raise ToolError("There is nothing to undo.", "nothing_to_undo")
        own = [each for each in self.changes if each.here or each.change_id == change_id]
        if not own:
            raise self._not_here(self.changes[-1])
        change = own[-1]
        self.changes.remove(change)
        after = self.rows.pop(change.task_id, None)
        if change.before:
            self.rows[change.task_id] = change.before
        title = (change.before or after or {})["title"]
        return {
            "task_id": change.task_id,
            "status": "undone",
            "title": title,
            "undone": change.action,
        }

    def _row(self, task_id: int) -> Row:
        if task_id not in self.rows:
            hint = "list_tasks shows what there is."
            raise ToolError(f"No task {task_id}.", "task_not_found", hint=hint)
        return self.rows[task_id]

    def _not_here(self, change: Undo) -> ToolError:
        title = (self.rows.get(change.task_id) or change.before or {})["title"]
        facts = {"change_id": change.change_id, "action": change.action}
        return ToolError(
            "This conversation changed nothing that could be taken back.",
            "nothing_to_undo_here",
            change={**facts, "task_id": change.task_id, "title": title},
        )

    def _write(self, row: Row, action: str) -> str:
        """Store a row and return what came of it."""
        before = self.rows.get(row["id"])
        if row == before:
            return "unchanged"
        self._record(row["id"], action, before)
        self.rows[row["id"]] = row
        return action

    def _record(self, task_id: int, action: str, before: Row | None) -> None:
        number = max((each.change_id for each in self.changes), default=0) + 1
        self.changes.append(Undo(number, task_id, action, before, self.here))


def _fits(row: Row, status: str, wanted: Row) -> bool:
    due = row.get("due_on")
    checks = (
        status == "all" or row["completed"] == (status == "completed"),
        wanted.get("query", "").casefold() in f"{row['title']} {row.get('description')}".casefold(),
        "tag" not in wanted or wanted["tag"] in row.get("tags", []),
        "priority" not in wanted or wanted["priority"] == row.get("priority"),
        "due_before" not in wanted or bool(due and due <= wanted["due_before"]),
        "due_after" not in wanted or bool(due and due >= wanted["due_after"]),
    )
    return all(checks)


def _within(done_on: str | None, wanted: Row) -> bool:
    first, last = wanted.get("completed_after"), wanted.get("completed_before")
    if done_on is None:
        return not (first or last)
    return (first or done_on) <= done_on <= (last or done_on)


class TaskServer(MCPServer):
    """The tools over `Tasks`; `called` is every call so far, with its arguments."""

    def __init__(self, offered: tuple[str, ...] = tuple(ARGUMENTS)) -> None:
        super().__init__(use_structured_content=True)
        self.tasks = Tasks()
        self.called: list[tuple[str, Row]] = []
        self._offered = offered

    @property
    def name(self) -> str:
        return "tasks"

    async def connect(self) -> None:
        """Nothing to connect to."""

    async def cleanup(self) -> None:
        """Nothing to release."""

    async def list_tools(self, *_: Any, **__: Any) -> list[MCPTool]:
        return [
            MCPTool(
                name=name,
                input_schema={
                    "type": "object",
                    "properties": {argument: {} for argument in ARGUMENTS[name]},
                    "additionalProperties": False,
                },
            )
            for name in self._offered
        ]

    async def call_tool(
        self, tool_name: str, arguments: Row | None, meta: Row | None = None
    ) -> CallToolResult:
        given = dict(arguments or {})
        self.called.append((tool_name, given))
        tool: Callable[..., Row] = getattr(self.tasks, tool_name)
        try:
            _check(tool_name, given)
            answer = tool(**given)
        except ToolError as error:
            text = TextContent(type="text", text=json.dumps(error.content))
            return CallToolResult(content=[text], structured_content=error.content, is_error=True)
        text = TextContent(type="text", text=json.dumps(answer))
        return CallToolResult(content=[text], structured_content=answer)

    async def list_prompts(self) -> ListPromptsResult:
        return ListPromptsResult(prompts=[])

    async def get_prompt(self, name: str, arguments: Row | None = None) -> GetPromptResult:
        raise NotImplementedError(name)


def _check(tool_name: str, given: Row) -> None:
    unknown = set(given) - set(ARGUMENTS[tool_name])
    if unknown:
        raise ToolError(f"Unknown arguments: {sorted(unknown)}")
    for name in ("due_on", "due_before", "due_after", "completed_after", "completed_before"):
        if given.get(name, "none") != "none":
            date.fromisoformat(given[name])
