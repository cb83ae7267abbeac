"""The rows of a metric widget's `metrics` as they are meant: `.` and `...` filled in from the row before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.rules.metric_row import rendering
from insightctl.dashboards.rules.node import Node


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the node, its names (namespace, metric, dimension, value, ...; none of an expression), its options."""

    node: Node
    names: tuple[str, ...]
    options: Node

    @property
    def expression(self) -> str | None:
        """The expression, None for a metric."""
        return self.options.get("expression").text

    @property
    def id(self) -> str | None:
        """The id that expressions may use."""
        return self.options.get("id").text

    @property
    def is_visible(self) -> bool:
        """Whether the row is drawn."""
        return self.options.get("visible").value is not False

    @property
    def is_whole(self) -> bool:
        """Whether it is texts with one object at the most, at the end."""
        return all(item.text is not None for item in list(self.node.items())[:-1])

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions."""
        return self.names[2::2]


@dataclass(frozen=True, slots=True)
class MetricWidget:
    """A metric widget: the node, its properties, its rows."""

    node: Node
    properties: Node
    rows: tuple[Row, ...]

    def stat(self, row: Row) -> Node | None:
        """Where the statistic of a row stands; None when neither the row nor the widget names one."""
        if row.options.has("stat"):
            return row.options.get("stat")
        return self.properties.get("stat") if self.properties.has("stat") else None

    def period(self, row: Row) -> int | None:
        """The period of a row in seconds, None when it names none."""
        return row.options.get("period").integer or self.properties.get("period").integer


class Body:
    """A body that every check looks at: its root, and its widgets by type, read once."""

    def __init__(self, root: Node, is_checked: Callable[[str], bool] | None = None) -> None:
        self.root = root
        self.is_checked = is_checked or (lambda _: False)
        self._by_type: dict[object, list[tuple[Node, Node]]] = {}
        for widget in root.get("widgets").items():
            kind, properties = widget.get("type").text, widget.get("properties")
            if properties.is_object:
                self._by_type.setdefault(kind, []).append((widget, properties))

    def get(self, key: str) -> Node:
        """The value of a key of the root."""
        return self.root.get(key)

    def widgets(self, kind: str) -> Sequence[tuple[Node, Node]]:
        """The widgets of a type, each with its properties."""
        return self._by_type.get(kind, ())

    @cached_property
    def metric_widgets(self) -> tuple[MetricWidget, ...]:
        """The metric widgets with their rows filled in."""
        return tuple(MetricWidget(node, each, tuple(_rows(each))) for node, each in self.widgets("metric"))


def _rows(properties: Node) -> Iterator[Row]:
    before: tuple[str, ...] = ()
    for node in properties.get("metrics").items():
        if not node.is_array:
            continue
        names = _filled(_names(node), before)
        options = rendering(node)
        yield Row(node, names or (), Node({}, node.path) if options is None else options)
        before = names or before


def _names(node: Node) -> tuple[str, ...]:
    return tuple(item.text for item in node.items() if item.text is not None)


def _filled(names: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names with nothing left to repeat; None when the row before has not enough."""
    if "..." in names:
        at = names.index("...")
        rest = names[at + 1 :]
        if "..." in rest or at + len(rest) >= len(before):
            return None
        names = (*names[:at], *before[at : len(before) - len(rest)], *rest)
    if any(name == "." and i >= len(before) for i, name in enumerate(names)):
        return None
    return tuple(before[i] if name == "." else name for i, name in enumerate(names))


def dots(body: Body) -> Iterator[Found]:
    """`.` and `...` that have nothing to repeat, and what comes out wrong once they are filled in."""
    for _, properties in body.widgets("metric"):
        before: tuple[str, ...] = ()
        for node in properties.get("metrics").items():
            names = _names(node)
            filled = _filled(names, before)
            if filled is None:
                yield from _nothing_to_repeat(node, names, before)
                continue
            repeated = [name for i, name in enumerate(filled[2::2]) if name in filled[2 : 2 + 2 * i : 2]]
            if repeated and len(filled) % 2 == 0:
                yield Found("DL020", node.path, f"the dimension '{repeated[0]}' stands twice")
            before = filled or before


def _nothing_to_repeat(node: Node, names: tuple[str, ...], before: tuple[str, ...]) -> Iterator[Found]:
    if names.count("...") > 1:
        yield Found("DL021", node.path, "'...' stands twice; it is clear only once what it repeats")
        return
    place = next(item for item in node.items() if item.text in (".", "..."))
    if not before:
        yield Found("DL021", place.path, f"'{place.text}' repeats the metric before; there is none")
        return
    if "..." in names:
        message = (
            f"'...' has nothing to repeat: the row before has {len(before)} names, this one {len(names) - 1} others"
        )
        yield Found("DL021", place.path, message)
        return
    place = next(item for i, item in enumerate(node.items()) if item.text == "." and i >= len(before))
    yield Found("DL021", place.path, f"'.' repeats the same place of the row before, which has {len(before)} names")
