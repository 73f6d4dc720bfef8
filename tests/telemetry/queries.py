"""What queries of PromQL select and by which labels, read by a parser of that language."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import promql_parser as promql

# A regular expression of Prometheus is of the whole value.
_JUDGES: tuple[tuple[promql.MatchOp, Callable[[str, str], bool]], ...] = (
    (promql.MatchOp.Equal, operator.eq),
    (promql.MatchOp.NotEqual, operator.ne),
    (promql.MatchOp.Re, lambda given, value: re.fullmatch(value, given) is not None),
    (promql.MatchOp.NotRe, lambda given, value: re.fullmatch(value, given) is None),
)
# Prometheus adds these when it reads the metrics of a process.
OF_PROMETHEUS = frozenset({"instance", "job"})


@dataclass(frozen=True)
class Selector:
    """The series that one part of a query selects; its text is as it stands there."""

    name: str
    text: str
    matchers: tuple[promql.Matcher, ...] = field(compare=False)

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether a series of this metric is among them."""
        return all(
            judge(labels.get(one.name, ""), one.value)
            for one in self.matchers
            for op, judge in _JUDGES
            if one.op == op and one.name not in OF_PROMETHEUS
        )


@dataclass
class Query:
    """A query: what it selects, and the labels of its result."""

    selectors: list[Selector] = field(default_factory=list)
    grouping: set[str] = field(default_factory=set)

    @property
    def labels(self) -> set[str]:
        """All labels that it names."""
        matched = {one.name for selector in self.selectors for one in selector.matchers}
        return self.grouping | matched


def parse(expression: str) -> Query:
    """Read a query.

    Raises:
        ValueError: It is none of PromQL.
    """
    query = Query()

    def visit(node: promql.Expr) -> bool:
        if isinstance(node, promql.VectorSelector):
            matchers = tuple(node.matchers.matchers)
            query.selectors.append(Selector(node.name or "", str(node), matchers))
        elif isinstance(node, promql.AggregateExpr) and node.modifier is not None:
            query.grouping.update(node.modifier.labels)
        return True

    promql.walk(promql.parse(expression), visit)
    return query
