"""What a statement must not have, if the rows of each user are to lie on one shard.

The rules are those of Citus's planner (`multi_router_planner.c`, `insert_select_planner.c`), which
runs the parts of a statement one after the other where they are not of one kind.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pglast import ast, parse_sql

from db.models import TABLES
from tests.distributed.owners import OWNER, Owners
from tests.distributed.trees import (
    column,
    common_tables,
    everything,
    function_name,
    is_a,
    parts,
)

# The functions that changes and conflicts may call; any other one counts as volatile. A test
# compares them with what Postgres says.
IMMUTABLE = frozenset({"count", "max", "min", "power", "timezone"})
STABLE = frozenset(
    {
        *("now", "statement_timestamp", "date_trunc", "to_timestamp", "to_jsonb"),
        *("jsonb_populate_recordset", "jsonb_array_elements", "jsonb_array_elements_text"),
        *("jsonb_to_recordset", "unnest"),
    }
)
# These read or write tables themselves, or tell others of one server only.
ALONE = frozenset({"enter_user", "spend", "reserve", "set_local", "pg_notify"})
_OWNED = frozenset(TABLES)


def problems(text: str, *, of_one_user: bool = True) -> list[str]:
    """What breaks a rule in a statement, or in several of one message."""
    found = (_problems(raw.stmt, of_one_user) for raw in parse_sql(text))
    return [problem for each in found for problem in each]


def _problems(statement: Any, of_one_user: bool) -> Iterator[str]:
    calls = _called(everything(statement))
    if "set_config" in calls:
        yield "set_config is not passed on"
    if any("advisory" in name for name in calls):
        yield "an advisory lock is of one server"
    owners = Owners(_OWNED)
    unowned = owners.check(statement)
    if not any(source.owned for source in owners.sources):
        return
    if of_one_user:
        yield from unowned
    yield from (f"{name} is called beside tables" for name in sorted(calls & ALONE))
    yield from _read_after_writing(statement)
    for node in everything(statement):
        if is_a(node, ast.InsertStmt):
            yield from _insert(node)
        elif is_a(node, ast.UpdateStmt, ast.DeleteStmt):
            yield from _change(node)


def _insert(node: Any) -> Iterator[str]:
    if node.selectStmt and node.selectStmt.valuesLists and _has_sub_select(node.selectStmt):
        yield "VALUES has a sub-select"
    if conflict := node.onConflictClause:
        clause = (*(conflict.targetList or ()), conflict.whereClause)
        if _has_sub_select(clause):
            yield "ON CONFLICT has a sub-select"
        if _called(everything(clause)) - IMMUTABLE or any(map(_is_sum, everything(clause))):
            yield "ON CONFLICT is not immutable"
        if any(one.name == OWNER for one in conflict.targetList or ()):
            yield "the owner is changed"
    yield from _returning(node)


def _change(node: Any) -> Iterator[str]:
    values = getattr(node, "targetList", None) or ()
    if any(one.name == OWNER for one in values):
        yield "the owner is changed"
    clause = (*(one.val for one in values), node.whereClause)
    sources = (*(getattr(node, "fromClause", None) or ()), *clause)
    for name in sorted(_called(everything(sources)) - IMMUTABLE - STABLE):
        yield f"{name} may be volatile"
    for part in everything(clause, queries=False):
        if is_a(part, ast.CaseExpr, ast.CoalesceExpr) and _is_stable(part):
            yield "CASE or COALESCE is not immutable"
        of_columns = any(map(column, everything(tuple(parts(part)), queries=False)))
        if of_columns and (_is_sum(part) or (_called([part]) & STABLE)):
            yield "a function of a column is not immutable"
    yield from _returning(node)


def _returning(node: Any) -> Iterator[str]:
    if node.returningClause is None:
        return
    if _has_sub_select(node.returningClause):
        yield "RETURNING has a sub-select"
    if _called(everything(node.returningClause)) - IMMUTABLE:
        yield "RETURNING is not immutable"


def _read_after_writing(statement: Any) -> Iterator[str]:
    """Name the tables that a part reads which an earlier one writes.

    In one Postgres it would not see what that has written.
    """
    written: set[str] = set()
    for query in (*(table.ctequery for table in common_tables(statement)), statement):
        inside = tuple(getattr(query, name) for name in query if name != "withClause")
        target = getattr(query, "relation", None)
        tables = (n for n in everything(inside) if is_a(n, ast.RangeVar) and n is not target)
        for table in sorted({one.relname for one in tables} & written):
            yield f"{table} is read after it is written"
        if target is not None and target.relname in _OWNED:
            written.add(target.relname)


def _called(nodes: Iterable[Any]) -> set[str]:
    return {function_name(node) for node in nodes if is_a(node, ast.FuncCall)}


def _is_stable(node: Any) -> bool:
    return bool(_called(everything(node)) - IMMUTABLE) or any(map(_is_sum, everything(node)))


def _is_sum(node: Any) -> bool:
    """Whether the node adds an interval, which for a time depends on the session's zone."""
    return (
        is_a(node, ast.A_Expr)
        and node.name[-1].sval in {"+", "-"}
        and "timezone" not in _called(everything(node))
        and any(
            is_a(below, ast.TypeCast) and below.typeName.names[-1].sval == "interval"
            for below in everything((node.lexpr, node.rexpr), queries=False)
        )
    )


def _has_sub_select(clause: Any) -> bool:
    return any(is_a(node, ast.SubLink) for node in everything(clause))
