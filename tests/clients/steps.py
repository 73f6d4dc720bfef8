"""What every client does, and what it must get: one list for all of them."""

from dataclasses import dataclass
from typing import Any

TOOLS = {
    "add_task",
    "list_tasks",
    "complete_task",
    "update_task",
    "delete_task",
    "undo_last_change",
}


@dataclass(frozen=True)
class Step:
    """One call, by a user who had no task before the first.

    `text` are parts of the text channel, `facts` some of the structured one; an error has none.
    """

    name: str
    tool: str
    arguments: dict[str, Any]
    text: tuple[str, ...]
    facts: dict[str, Any] | None

    def judge(self, result: dict[str, Any]) -> None:
        """Compare a result, as it was on the wire, with what must be in it."""
        text = "\n".join(part["text"] for part in result["content"] if part["type"] == "text")
        facts = result.get("structuredContent") or {}
        assert bool(result.get("isError")) is (self.facts is None), f"{self.name}: {text}"
        for part in self.text:
            assert part in text, f"{self.name}: {text}"
        if self.facts is not None:
            assert self.facts.items() <= facts.items(), f"{self.name}: {facts}"


# A Monday, far enough ahead for the reminder to wait.
_MONDAY, _NEXT_MONDAY = "2199-12-30", "2200-01-06"
_CALL = {
    "title": "Call Sam",
    "due_on": _MONDAY,
    "due_time": "17:05",
    "repeat": "every Monday",
    "reminders": ["1h"],
}


def _called(monday: str) -> dict[str, Any]:
    """Return the repeating task as tools tell it while it is due on a Monday."""
    at_four = {"completed": False, "due_on": monday, "reminders": [f"{monday} 16:05"]}
    return {"id": 2, **_CALL, **at_four}


STEPS = (
    Step("list", "list_tasks", {}, ("0 of 0",), {"tasks": [], "total": 0}),
    Step(
        "add",
        "add_task",
        {"title": "Buy milk", "due_on": "2026-12-01", "priority": "high", "tags": ["shop"]},
        ("#1", "Buy milk", "2026-12-01", "high", "#shop"),
        {"task_id": 1, "status": "created", "title": "Buy milk"},
    ),
    Step(
        "list",
        "list_tasks",
        {"status": "pending", "tag": "shop"},
        ("1 of 1", "#1", "Buy milk", "2026-12-01"),
        {
            "tasks": [
                {
                    "id": 1,
                    "title": "Buy milk",
                    "completed": False,
                    "due_on": "2026-12-01",
                    "priority": "high",
                    "tags": ["shop"],
                }
            ],
            "total": 1,
        },
    ),
    Step(
        "complete",
        "complete_task",
        {"task_id": 1},
        ("completed", "#1", "Buy milk"),
        {"task_id": 1, "status": "completed", "title": "Buy milk"},
    ),
    Step(
        "update",
        "update_task",
        {"task_id": 1, "title": "Buy oat milk", "due_on": "none"},
        ("updated", "#1", "Buy oat milk"),
        {"task_id": 1, "status": "updated", "title": "Buy oat milk"},
    ),
    Step(
        "delete",
        "delete_task",
        {"task_id": 1},
        ("deleted", "#1", "Buy oat milk"),
        {"task_id": 1, "status": "deleted", "title": "Buy oat milk"},
    ),
    Step(
        "undo",
        "undo_last_change",
        {},
        ("undone", "#1", "Buy oat milk"),
        {"task_id": 1, "status": "undone", "undone": "deleted"},
    ),
    Step(
        "add repeating",
        "add_task",
        _CALL,
        ("#2", f"due {_MONDAY} 17:05", "every Monday", f"reminds {_MONDAY} 16:05"),
        {"task_id": 2, "status": "created", "task": _called(_MONDAY)},
    ),
    Step(
        "complete repeating",
        "complete_task",
        {"task_id": 2},
        ("completed", "#2", f"due again {_NEXT_MONDAY}"),
        {"task_id": 2, "status": "completed", "next_due_on": _NEXT_MONDAY},
    ),
    Step(
        "list repeating",
        "list_tasks",
        {"query": "Sam"},
        (f"due {_NEXT_MONDAY} 17:05", f"reminds {_NEXT_MONDAY} 16:05"),
        {"tasks": [_called(_NEXT_MONDAY)], "total": 1},
    ),
    Step(
        "undo repeating",
        "undo_last_change",
        {},
        ("undone", "#2", "Call Sam", "completed"),
        {"task_id": 2, "status": "undone", "undone": "completed"},
    ),
    Step(
        "list as before",
        "list_tasks",
        {"query": "Sam"},
        (f"due {_MONDAY} 17:05", f"reminds {_MONDAY} 16:05"),
        {"tasks": [_called(_MONDAY)], "total": 1},
    ),
    Step("error", "complete_task", {"task_id": 99}, ("No task 99", "list_tasks"), None),
)
