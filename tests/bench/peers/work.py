"""The same work for every peer: instructions, twenty earlier messages, five tools."""

INSTRUCTIONS = (
    "You are a helpful assistant for a list of tasks. Use the tools to add, list, update, complete"
    " and delete the user's tasks. Confirm each action in one short, friendly sentence."
)
HISTORY = [
    ("assistant" if n % 2 else "user", f"This is message {n}," + " and a few more words" * 4)
    for n in range(20)
]
_KEPT = 100
_tasks: list[str] = []


async def add_task(title: str, description: str = "") -> dict[str, object]:
    """Create a task for the user."""
    _tasks.append(title)
    del _tasks[:-_KEPT]
    return {"task_id": len(_tasks), "status": "created", "title": title, "notes": description}


async def list_tasks(status: str = "all") -> list[str]:
    """List the user's tasks: all, pending or completed."""
    return _tasks[-20:] if status else []


async def complete_task(task_id: int) -> dict[str, object]:
    """Mark a task as completed."""
    return {"task_id": task_id, "status": "completed"}


async def delete_task(task_id: int) -> dict[str, object]:
    """Delete a task."""
    return {"task_id": task_id, "status": "deleted"}


async def update_task(task_id: int, title: str = "") -> dict[str, object]:
    """Change the title of a task."""
    return {"task_id": task_id, "status": "updated", "title": title}


TOOLS = (add_task, list_tasks, complete_task, delete_task, update_task)
