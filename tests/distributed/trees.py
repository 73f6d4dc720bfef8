"""Statements as trees: their parts, and the names in them."""

from collections.abc import Iterator
from typing import Any

from pglast import ast

Modification = ast.InsertStmt | ast.UpdateStmt | ast.DeleteStmt
Query = (ast.SelectStmt, ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)


def is_a(node: Any, *kinds: type[ast.Node]) -> bool:
    """Whether a node is of one of these kinds; all that it has may be missing in others."""
    return isinstance(node, kinds)


def parts(node: Any) -> Iterator[Any]:
    """The nodes right below a node, or in a tuple."""
    if is_a(node, ast.Node):
        node = tuple(getattr(node, name) for name in node)
    for part in node if isinstance(node, tuple) else ():
        if is_a(part, ast.Node):
            yield part
        elif isinstance(part, tuple):
            yield from parts(part)


def everything(node: Any, *, queries: bool = True) -> Iterator[Any]:
    """A node and all below it; without `queries`, not what lies in sub-selects."""
    if is_a(node, ast.Node):
        yield node
    for part in parts(node):
        if queries or not isinstance(part, Query):
            yield from everything(part, queries=queries)


def function_name(call: Any) -> str:
    name: str = call.funcname[-1].sval
    return name


def column(node: Any) -> tuple[str | None, str] | None:
    """The alias and the name of a column, if the node is one."""
    if not is_a(node, ast.ColumnRef) or is_a(node.fields[-1], ast.A_Star):
        return None
    names = [field.sval for field in node.fields]
    return (names[-2] if len(names) > 1 else None), names[-1]


def is_constant(node: Any) -> bool:
    """Whether the node is a parameter or a constant, perhaps cast."""
    while is_a(node, ast.TypeCast):
        node = node.arg
    return is_a(node, ast.ParamRef, ast.A_Const)


def common_tables(query: Any) -> tuple[Any, ...]:
    clause = getattr(query, "withClause", None)
    return tuple(clause.ctes) if clause else ()


def conditions(node: Any) -> Iterator[Any]:
    """The conditions that must all be true for a condition to be."""
    if is_a(node, ast.BoolExpr) and node.boolop.name == "AND_EXPR":
        for one in node.args:
            yield from conditions(one)
    elif node is not None:
        yield node
