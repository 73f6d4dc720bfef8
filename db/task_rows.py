"""Rows of tasks as the driver returns them, and patterns that find them."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

import asyncpg

from db.reminder_values import Reminder
from db.task_values import Task

# Reminders come as JSON.
_COLUMNS = tuple(field.name for field in fields(Task) if field.name != "reminders")


def task_of(row: asyncpg.Record) -> Task:
    """Return the task of a row that has the columns of one."""
    reminders = [
        Reminder(UUID(id_), spec, datetime.fromisoformat(fires_at), status)
        for id_, spec, fires_at, status in row["reminders"] or ()
    ]
    return Task(**{name: row[name] for name in _COLUMNS}, reminders=reminders)


def pattern(text: str) -> str:
    """Return the pattern for `ilike` that matches what holds a text as it is."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
