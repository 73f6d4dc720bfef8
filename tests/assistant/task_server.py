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
    "add_task": ("title", "description", "due_on", "priority", "tags"),
    "list_tasks": (
        "status",
        "query",
        "tag",
        "priority",
        "due_before",
        "due_after",
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
    ),
    "delete_task": ("task_id",),
    "undo_last_change": (),
}
PAGE = 20

Row = dict[str, Any]


class ToolError(Exception):
    """A rule was broken; the text is for the model."""


@dataclass(frozen=True)
class Undo:
    """How to take a change back."""

    task_id: int
    action: str
    before: Row | None


@dataclass
class Tasks:
    """One person's tasks."""

    rows: dict[int, Row] = field(default_factory=dict)
    changes: list[Undo] = field(default_factory=list)
    numbers: int = 0

    def add_task(self, title: str, **facts: Any) -> Row:
        if not 0 < len(title) <= 200:
            raise ToolError("title: must have 1 to 200 characters.")
        self.numbers += 1
        row = {"id": self.numbers, "title": title, "completed": False, **facts}
        self._write(row, "created")
        return {"task_id": row["id"], "status": "created", "title": title, "task": row}

    def list_tasks(self, status: str = "all", limit: int = PAGE, **wanted: Any) -> Row:
        rows = sorted(self.rows.values(), key=lambda row: row["id"])
        fitting = [row for row in rows if _fits(row, status, wanted)]
        start = int(wanted.get("cursor", 0))
        page = fitting[start : start + limit]
        more = {"next_cursor": str(start + limit)} if len(fitting) > start + limit else {}
        return {"tasks": page, "total": len(fitting), "today": "2026-11-21", **more}

    def complete_task(self, task_id: int) -> Row:
        row = self._row(task_id) | {"completed": True}
        self._write(row, "completed")
        return {"task_id": task_id, "status": "completed", "title": row["title"]}

    def update_task(self, task_id: int, **changes: Any) -> Row:
        if not changes:
            raise ToolError("Nothing to change was given.")
        row = self._row(task_id) | changes
        if row.get("due_on") == "none":
            del row["due_on"]
        self._write(row, "updated")
        return {"task_id": task_id, "status": "updated", "title": row["title"], "task": row}

    def delete_task(self, task_id: int) -> Row:
        row = self._row(task_id)
        self.changes.append(Undo(task_id, "deleted", row))
        del self.rows[task_id]
        return {"task_id": task_id, "status": "deleted", "title": row["title"]}

    def undo_last_change(self) -> Row:
        if not self.changes:
            raise ToolError("There is nothing to undo.")
        change = self.changes.pop()
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
            raise ToolError(f"No task {task_id}. list_tasks shows what there is.")
        return self.rows[task_id]

    def _write(self, row: Row, action: str) -> None:
        self.changes.append(Undo(row["id"], action, self.rows.get(row["id"])))
        self.rows[row["id"]] = row


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
            text = TextContent(type="text", text=str(error))
            return CallToolResult(content=[text], is_error=True)
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
    for name in ("due_on", "due_before", "due_after"):
        if given.get(name, "none") != "none":
            date.fromisoformat(given[name])
