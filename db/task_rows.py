"""Rows of tasks as the driver returns them, and patterns that find them."""

from dataclasses import fields

import asyncpg

from db.task_values import Task

_FIELDS = tuple(field.name for field in fields(Task))


def task_of(row: asyncpg.Record) -> Task:
    """Return the task of a row that has the columns of one."""
    return Task(*(row[name] for name in _FIELDS))


def pattern(text: str) -> str:
    """Return the pattern for `ilike` that matches what holds a text as it is."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
