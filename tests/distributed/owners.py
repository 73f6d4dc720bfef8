"""Whether a statement names the owner of every row that it touches, as a router asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pglast import ast

from tests.distributed.trees import (
    Query,
    column,
    common_tables,
    conditions,
    is_a,
    is_constant,
    parts,
)

OWNER = "user_id"


@dataclass(eq=False)
class Source:
    """A table in one place of a statement; one that is not `owned` has no rows of users."""

    table: str
    alias: str
    owned: bool


@dataclass
class Scope:
    """What one query selects from, and what the queries around it do."""

    sources: list[Source]
    around: "Scope | None" = None

    def find(self, alias: str | None) -> Source | None:
        """The table of an alias; without one, the only table that has an owner."""
        owned = [s for s in self.sources if (s.owned if alias is None else s.alias == alias)]
        if owned:
            return owned[0]
        return self.around.find(alias) if self.around else None


@dataclass
class Owners:
    """Which tables of a statement are held to one owner."""

    owned: frozenset[str]
    sources: list[Source] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _named: set[Source] = field(default_factory=set)
    _equal: list[tuple[Source, Source]] = field(default_factory=list)

    def check(self, statement: Any) -> list[str]:
        """What a router would send to more than one shard."""
        self._query(statement, None, frozenset())
        changed = True
        while changed:
            changed = False
            for one, other in self._equal:
                if (one in self._named) != (other in self._named):
                    self._named |= {one, other}
                    changed = True
        lacking = (s for s in self.sources if s.owned and s not in self._named)
        return [*self.problems, *(f"no owner of {s.table} {s.alias}" for s in lacking)]

    def _query(self, query: Any, around: Scope | None, names: frozenset[str]) -> None:
        for table in common_tables(query):
            self._query(table.ctequery, around, names)
            names |= {table.ctename}
        scope = Scope([], around)
        joined = list(self._sources(query, scope, names))
        self.sources += scope.sources
        clauses = [getattr(query, "whereClause", None), *joined]
        for condition in (one for clause in clauses for one in conditions(clause)):
            self._condition(condition, scope)
        if is_a(query, ast.InsertStmt):
            self._insert(query, scope, names)
        for node in self._below(query):
            self._query(node, scope, names)

    def _sources(self, query: Any, scope: Scope, names: frozenset[str]) -> Iterator[Any]:
        """Note what a query selects from, and yield the conditions of its joins."""
        clauses = [*(getattr(query, "fromClause", None) or ())]
        clauses += getattr(query, "usingClause", None) or ()
        if relation := getattr(query, "relation", None):
            clauses.append(relation)
        while clauses:
            node = clauses.pop()
            if is_a(node, ast.JoinExpr):
                clauses += [node.larg, node.rarg]
                yield node.quals
            elif is_a(node, ast.RangeVar):
                alias = node.alias.aliasname if node.alias else node.relname
                owned = node.relname in self.owned and node.relname not in names
                scope.sources.append(Source(node.relname, alias, owned))
            elif getattr(node, "alias", None):
                scope.sources.append(Source("", node.alias.aliasname, owned=False))

    def _condition(self, node: Any, scope: Scope) -> None:
        if not is_a(node, ast.A_Expr) or [n.sval for n in node.name] != ["="]:
            return
        if node.kind.name != "AEXPR_OP":
            return
        pairs = [(node.lexpr, node.rexpr)]
        if is_a(node.lexpr, ast.RowExpr) and is_a(node.rexpr, ast.RowExpr):
            pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=True))
        for one, other in pairs:
            left, right = self._owner(one, scope), self._owner(other, scope)
            if left and right:
                self._equal.append((left, right))
            elif left and is_constant(other):
                self._named.add(left)
            elif right and is_constant(one):
                self._named.add(right)

    def _owner(self, node: Any, scope: Scope) -> Source | None:
        """The table whose owner a node is."""
        found = column(node)
        if found is None or found[1] != OWNER:
            return None
        source = scope.find(found[0])
        return source if source and source.owned else None

    def _insert(self, query: Any, scope: Scope, names: frozenset[str]) -> None:
        target = scope.sources[-1]
        if not target.owned:
            return
        columns = [one.name for one in query.cols or ()]
        if OWNER not in columns:
            return
        place = columns.index(OWNER)
        select = query.selectStmt
        if select.valuesLists:
            given = [values[place] for values in select.valuesLists]
        else:
            given = [select.targetList[place].val]
        if all(is_constant(value) for value in given):
            self._named.add(target)

    def _below(self, query: Any) -> Iterator[Any]:
        """The queries right below one, but its common table expressions."""
        for name in query:
            if name != "withClause":
                yield from _outermost((getattr(query, name),))


def _outermost(node: Any) -> Iterator[Any]:
    for part in parts(node):
        if isinstance(part, Query):
            yield part
        else:
            yield from _outermost(part)
