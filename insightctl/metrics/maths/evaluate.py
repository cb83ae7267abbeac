"""Works expressions of metric maths out, over series that are there already."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from insightctl.core.time import TimeRange
from insightctl.metrics.maths import functions, tree
from insightctl.metrics.maths.parser import read
from insightctl.metrics.maths.values import NoMaths, Track, Value, combined, number, text

Searched = Mapping[tuple[str, str, int], Sequence[Track]]
"""What a SEARCH found, by its text, statistic and period in seconds."""

_ONLY_THE_SERVICE = {
    "ANOMALY_DETECTION_BAND": "an anomaly band is trained by CloudWatch: it shows only in the console",
    "DB_PERF_INSIGHTS": "Performance Insights metrics are known to the service only",
    "INSIGHT_RULE_METRIC": "Contributor Insights rules are known to the service only",
    "LAMBDA": "a Lambda data source is asked by the service only",
    "SERVICE_QUOTA": "service quotas are known to the service only",
}
_WORDS = ("REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MAX", "MIN", "SUM", "STDDEV")


def _flag(test: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    return lambda a, b: 1.0 if test(a, b) else 0.0


def _power(a: float, b: float) -> float | None:
    try:
        result = a**b
    except (OverflowError, ZeroDivisionError):
        return None
    return result if isinstance(result, float) else None


_OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else None,  # the service gives no data point there
    "^": _power,
    "==": _flag(operator.eq),
    "!=": _flag(operator.ne),
    "<": _flag(operator.lt),
    "<=": _flag(operator.le),
    ">": _flag(operator.gt),
    ">=": _flag(operator.ge),
    **dict.fromkeys(("AND", "&&"), _flag(lambda a, b: bool(a) and bool(b))),
    **dict.fromkeys(("OR", "||"), _flag(lambda a, b: bool(a) or bool(b))),
}


@dataclass(slots=True)
class Sheet:
    """All of one graph: metrics by id, expressions by id, what the searches found, and the range of the graph.

    `metrics` may hold more than one series an id (a Metrics Insights query has one a group).
    """

    metrics: Mapping[str, Sequence[Track]]
    expressions: Mapping[str, str]
    time: TimeRange
    period_s: int
    periods: Mapping[str, int] = field(default_factory=dict)
    searched: Searched = field(default_factory=dict)
    _done: dict[str, Value] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def lines(self, id_: str) -> tuple[Track, ...]:
        """The series that the expression of an id draws. Raises NoMaths with the reason when there are none."""
        value = self.value(id_)
        if isinstance(value, str):
            raise NoMaths("the expression is a text")
        if isinstance(value, float):
            value = self._constant(value, id_)
        found = value if isinstance(value, tuple) else (value,)
        return tuple(one if isinstance(one, Track) else self._constant(one, id_) for one in found)

    def value(self, id_: str) -> Value:
        """What an id stands for."""
        if id_ in self.metrics:
            found = tuple(self.metrics[id_])
            return found[0] if len(found) == 1 else found
        if id_ not in self.expressions:
            raise NoMaths(f"no metric or expression has the id '{id_}'")
        if id_ in self._open:
            raise NoMaths(f"the expressions need each other: {' -> '.join([*self._open, id_])}")
        if id_ not in self._done:
            self._open.append(id_)
            try:
                self._done[id_] = self.work_out(self.expressions[id_])
            finally:
                self._open.pop()
        return self._done[id_]

    def work_out(self, expression: str) -> Value:
        """The value of an expression. Raises NoMaths."""
        parsed = read(expression)
        if parsed.wrong is not None or parsed.tree is None:
            raise NoMaths(parsed.wrong[0] if parsed.wrong else "the expression cannot be read")
        return self._of(parsed.tree)

    def _of(self, node: tree.Node) -> Value:
        match node:
            case tree.Number(value):
                return value
            case tree.Text(value):
                return value
            case tree.Name(name):
                return self._name(name)
            case tree.Prefixed(sign, of):
                return self._signed(sign, self._of(of))
            case tree.Operation(operator_, left, right):
                return combined(self._of(left), self._of(right), _OPERATORS[operator_])
            case tree.Array(items):
                return self._array(items)
            case tree.Element(of, index):
                return functions.sliced(self._of(of), self._of(index), None)
            case tree.Calling(name, arguments):
                return self._call(name, arguments)

    def _name(self, name: str) -> Value:
        if name in self.metrics or name in self.expressions:
            return self.value(name)
        if name in _WORDS:
            return name
        if name.upper() in ("TRUE", "FALSE"):
            return float(name.upper() == "TRUE")
        return self.value(name)

    def _signed(self, sign: str, value: Value) -> Value:
        if sign == "-":
            return combined(0.0, value, operator.sub)
        return combined(value, 0.0, _flag(operator.eq)) if sign == "NOT" else value

    def _array(self, items: Sequence[tree.Node]) -> Value:
        found: list[Track | float] = []
        for item in items:
            value = self._of(item)
            if isinstance(value, str):
                raise NoMaths("a list holds series and numbers, no texts")
            found += value if isinstance(value, tuple) else [value]
        return tuple(found)

    def _call(self, name: str, arguments: Sequence[tree.Node]) -> Value:
        if name in _ONLY_THE_SERVICE:
            raise NoMaths(_ONLY_THE_SERVICE[name])
        given = [self._of(argument) for argument in arguments]
        rest: list[Value | None] = [*given, None, None, None]
        try:
            if name in functions.ONE_ARGUMENT:
                return functions.ONE_ARGUMENT[name](given[0])
            match name:
                case "METRICS":
                    return self._metrics(text(given[0]) if given else "")
                case "SEARCH":
                    return self._search(given)
                case "FILL":
                    return functions.fill(given[0], given[1], self.grid)
                case "IF":
                    return functions.chosen(given[0], given[1], rest[2])
                case "SLICE":
                    return functions.sliced(given[0], given[1], rest[2])
                case "SORT":
                    return functions.ordered(given[0], given[1], given[2], rest[3])
                case "FIRST" | "LAST":
                    return functions.at_end(given[0], 0 if name == "FIRST" else -1)
                case "TIME_SERIES":
                    return self._constant(number(given[0]), "series")
        except IndexError:
            raise NoMaths(f"{name} lacks an argument") from None
        raise NoMaths(f"metric maths has no function {name}")

    def _metrics(self, wanted: str) -> Value:
        return tuple(t for id_, found in self.metrics.items() if wanted in id_ for t in found if t.is_metric)

    def _search(self, given: Sequence[Value]) -> Value:
        period_s = int(number(given[2])) if len(given) > 2 else self.period_s
        key = text(given[0]), text(given[1]), period_s
        return tuple(self.searched.get(key, ()))

    def grid(self, period_s: int) -> Sequence[int]:
        """The starts of the periods in the range, UTC ms; one as long as the range begins with it."""
        step = period_s * 1000
        if step >= self.time.duration_ms:
            return (self.time.start_ms,)
        return range(self.time.start_ms // step * step, self.time.end_ms, step)

    def _constant(self, value: float, id_: str) -> Track:
        if math.isnan(value):
            return Track(id_, id_, self.period_s, {})
        period_s = self.periods.get(id_, self.period_s)
        return Track(id_, id_, period_s, dict.fromkeys(self.grid(period_s), value))


def searches(expression: str, period_s: int) -> tuple[tuple[str, str, int], ...]:
    """What an expression searches for: texts, statistics, periods in seconds."""
    parsed = read(expression)
    found: list[tuple[str, str, int]] = []

    def walk(node: tree.Node) -> None:
        match node:
            case tree.Calling("SEARCH", (tree.Text(query), tree.Text(stat), *rest)):
                asked = rest[0] if rest else None
                found.append((query, stat, int(asked.value) if isinstance(asked, tree.Number) else period_s))
            case tree.Calling(_, arguments):
                for argument in arguments:
                    walk(argument)
            case tree.Operation(_, left, right):
                walk(left)
                walk(right)
            case tree.Array(items):
                for item in items:
                    walk(item)
            case tree.Prefixed(_, of) | tree.Element(of, _):
                walk(of)
            case _:
                pass

    if parsed.tree is not None:
        walk(parsed.tree)
    return tuple(found)


def named(track: Track, id_: str, label: str | None) -> Track:
    """A track under the id and label of its row."""
    return replace(track, id=id_, label=label or track.label)
