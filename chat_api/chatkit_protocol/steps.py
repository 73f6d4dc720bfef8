"""Tool calls as the steps of a workflow."""

from collections.abc import Sequence
from typing import Any

from chatkit.icons import IconName
from chatkit.types import CustomSummary, CustomTask, Workflow

from chat_api.agent.tool_errors import ToolError
from chat_api.events import ToolCall, ToolCalled

_SHOWN: dict[str, tuple[str, IconName]] = {
    "add_task": ("Add a task", "plus"),
    "list_tasks": ("Look at the tasks", "search"),
    "complete_task": ("Complete a task", "check-circle"),
    "update_task": ("Change a task", "write"),
    "delete_task": ("Delete a task", "lucide:trash-2"),
    "undo_last_change": ("Undo the last change", "reload"),
}


def running_step(call: ToolCalled) -> CustomTask:
    """Show a call that was not answered yet."""
    title, icon = _shown(call.name)
    wanted = call.arguments.get("title")
    content = wanted if isinstance(wanted, str) else None
    return CustomTask(title=title, icon=icon, content=content, status_indicator="loading")


def finished_step(call: ToolCall) -> CustomTask:
    """Show a call with what came of it."""
    title, icon = _shown(call.name)
    if call.is_error:
        return CustomTask(title=title, icon="info", content=ToolError.of(call.result).message)
    content = _fact(call.result)
    return CustomTask(title=title, icon=icon, content=content, status_indicator="complete")


def workflow(calls: Sequence[ToolCall]) -> Workflow:
    """Show the calls of a turn that has ended."""
    tasks = [finished_step(call) for call in calls]
    title = f"{len(tasks)} steps" if len(tasks) > 1 else tasks[0].title or ""
    return Workflow(type="custom", tasks=list(tasks), summary=CustomSummary(title=title))


def _shown(tool: str) -> tuple[str, IconName]:
    return _SHOWN.get(tool, (tool, "cube"))


def _fact(result: dict[str, Any]) -> str | None:
    match result:
        case {"task_id": number, "title": title}:
            return f"#{number} {title}"
        case {"tasks": list(tasks), "total": total}:
            return f"{len(tasks)} of {total}"
        case _:
            return None
