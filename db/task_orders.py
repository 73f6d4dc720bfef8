"""The orders of tasks: their sort keys, as the indexes and the statements write them."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, NaiveDatetime, TypeAdapter

from db.user_scoped import CursorTime
from db.values import PRIORITIES, TITLE_LENGTH, Sort, TaskId, clean_text

# `lower` may make several characters of one.
_TitleKey = Annotated[str, Field(max_length=3 * TITLE_LENGTH), BeforeValidator(clean_text)]
_RankKey = Annotated[int, Field(gt=-len(PRIORITIES), le=0)]

# A cursor holds its order, and the sort key and number of the last task.
_BY_NUMBER = TypeAdapter(tuple[Sort, TaskId, TaskId])
_BY_DUE = TypeAdapter(tuple[Sort, NaiveDatetime, TaskId])
_BY_RANK = TypeAdapter(tuple[Sort, _RankKey, TaskId])
_BY_TIME = TypeAdapter(tuple[Sort, CursorTime, TaskId])
_BY_TITLE = TypeAdapter(tuple[Sort, _TitleKey, TaskId])


@dataclass(frozen=True)
class Order:
    """A sort key, which is compared together with the task's number."""

    key: str
    position: TypeAdapter[Any]
    direction: str = ""


# Rows are compared as (key, id), so keys are never null: tasks without a due date sort last.
# `coalesce` would do, but Postgres looks no such key up in an index where row-level security holds.
# They are written as Postgres prints them, so that a database can be compared with the models.
# On the same day, tasks with a time come before those without.
DUE_KEY = """
case
    when due_on is null then 'infinity'::timestamp without time zone
    when due_time is null then due_on + '23:59:59'::time without time zone
    else due_on + due_time
end"""
PRIORITY_KEY = """
case priority
    when 'high' then -3
    when 'medium' then -2
    when 'low' then -1
    else 0
end"""
TITLE_KEY = "lower(title)"
RANKS = {name: -rank for rank, name in enumerate(PRIORITIES)}
ORDERS: dict[Sort, Order] = {
    "created": Order("id", _BY_NUMBER),
    "-created": Order("id", _BY_NUMBER, "desc"),
    "due": Order(DUE_KEY, _BY_DUE),
    "priority": Order(PRIORITY_KEY, _BY_RANK),
    "-updated": Order("updated_at", _BY_TIME, "desc"),
    "title": Order(TITLE_KEY, _BY_TITLE),
}
