"""From an inventory to a proposed dashboard: front doors, functions, what waits, what stores, what the logs say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from insightctl.core.errors import UsageError
from insightctl.dashboards.lint.logs import MANY_GROUPS
from insightctl.dashboards.stacks.model import Inventory, Kind, Thing
from insightctl.dashboards.stacks.panels import DEAD_LETTERS, OF_FUNCTIONS, SECTIONS, Line, Panel, Section

Values = dict[str, object]

# a line for each, some ten metrics a function: more cannot be told apart, and a dashboard takes 2,500 metrics
MOST_FUNCTIONS, _MOST_OF_A_KIND = 50, 30
_FRONT: tuple[Kind, ...] = ("rest-api", "http-api", "websocket-api")
_BEHIND: tuple[Kind, ...] = ("queue", "stream", "state-machine", "pipe", "topic", "rule", "schedule", "table", "bucket")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the definition: its widgets as the file has them."""

    title: str | None
    text: str | None
    widgets: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A definition to be written. `notes` are for the reader, also as comments at the top of the file."""

    title: str
    source: str
    functions: tuple[str, ...]
    rows: tuple[Row, ...]
    alarms: tuple[Values, ...]
    notes: tuple[str, ...]


def propose(found: Inventory, title: str, source: str) -> Proposal:
    """The dashboard for an inventory; `source` says where that is from.

    Raises UsageError when nothing in it has a widget.
    """
    found = replace(found, things=tuple(each for each in found.things if _is_shown(each)))
    functions = found.of("function")
    notes = [*found.notes, *_about(found)]
    if len(functions) > MOST_FUNCTIONS:
        notes.append(
            f"{len(functions)} functions: the first {MOST_FUNCTIONS} are shown; "
            "for all of them there is insightctl dashboard show lambda-fleet"
        )
        functions = functions[:MOST_FUNCTIONS]
    rows = tuple(_rows(found, functions, title, notes))
    if len(rows) == 1:
        types = ", ".join(sorted(found.left_out)[:5])
        raise UsageError(
            "nothing in it has a widget",
            where=source,
            remedy=f"it has {types}" if types else "name a template with functions",
        )
    names = tuple(each.name for each in functions)
    return Proposal(title, source, names, rows, tuple(_alarms(found, functions)), tuple(dict.fromkeys(notes)))


def _is_shown(thing: Thing) -> bool:
    return thing.kind != "bus" and (thing.kind != "bucket" or thing.detail is not None)


def _about(found: Inventory) -> Iterator[str]:
    unnamed = [thing for thing in found.things if not thing.is_named]
    if unnamed:
        names = ", ".join(f"{thing.logical} ({thing.kind})" for thing in unnamed[:12])
        more = f" and {len(unnamed) - 12} more" if len(unnamed) > 12 else ""
        yield (
            f"the template does not say what these are called once deployed: {names}{more}. Their logical ids stand in; "
            "put the names there, or use --stack NAME"
        )
    if found.left_out:
        listed = ", ".join(
            f"{count} {name}" if count > 1 else name for name, count in sorted(found.left_out.items())[:20]
        )
        yield f"without a widget here: {listed}"


def _rows(found: Inventory, functions: Sequence[Thing], title: str, notes: list[str]) -> Iterator[Row]:
    yield Row(None, None, ({"text": _head(found, functions, title), "height": 3},))
    for kind in _FRONT:
        yield from _of_kind(found, kind, notes)
    if functions:
        yield from _FUNCTION_ROWS
        for what, logical in (
            ("urls", found.urls),
            ("streams", _readers(found)),
            ("asynchronous", found.asynchronous),
            ("provisioned", found.provisioned),
        ):
            chosen = [thing for thing in functions if thing.logical in logical]
            if chosen:
                yield _of_functions(OF_FUNCTIONS[what], chosen, is_all=len(chosen) == len(functions))
    dead = [thing for thing in found.of("queue") if thing.logical in found.dead_letters]
    if dead:
        yield _row(DEAD_LETTERS, _some(dead, "dead-letter queues", notes), None)
    for kind in _BEHIND:
        yield from _of_kind(found, kind, notes)
    if len(functions) > MANY_GROUPS:
        notes.append(
            f"no log widgets: each refresh would scan {len(functions)} log groups. "
            "Ask when it is needed: insightctl query errors --stack NAME"
        )
    elif functions:
        yield from _log_rows(found)


def _head(found: Inventory, functions: Sequence[Thing], title: str) -> str:
    kinds = [(kind, len(found.of(kind))) for kind in ("function", *_FRONT, *_BEHIND)]
    counted = ", ".join(f"{count} {_plural(kind, count)}" for kind, count in kinds if count)
    first = "Front doors first, then the functions" if any(found.of(kind) for kind in _FRONT) else "The functions first"
    ending = ", and what the logs say." if 0 < len(functions) <= MANY_GROUPS else "."
    return f"# {title}\n{counted}. Region {{region}}.\n{first}, then what waits, is lost or is stored{ending}"


def _plural(kind: str, count: int) -> str:
    plain = {"rest-api": "REST API", "http-api": "HTTP API", "websocket-api": "WebSocket API"}.get(
        kind, kind.replace("-", " ")
    )
    return plain if count == 1 else f"{plain}s"


def _of_kind(found: Inventory, kind: Kind, notes: list[str]) -> Iterator[Row]:
    things = [thing for thing in found.of(kind) if thing.logical not in found.dead_letters]
    if kind == "table":
        things.sort(key=lambda thing: thing.logical not in {source for source, _ in found.feeds})
    if kind == "schedule":  # counted by group
        things = list({thing.detail: thing for thing in reversed(things)}.values())[::-1]
    if things:
        section = SECTIONS[kind]
        yield _row(section, _some(things, section.title.lower(), notes), _feeding(found, things))


def _some(things: Sequence[Thing], called: str, notes: list[str]) -> Sequence[Thing]:
    if len(things) > _MOST_OF_A_KIND:
        notes.append(f"{len(things)} {called}: the first {_MOST_OF_A_KIND} are shown")
    return things[:_MOST_OF_A_KIND]


def _feeding(found: Inventory, things: Sequence[Thing]) -> str | None:
    """`orders → ship, bill`: for the reader of the row."""
    names = {thing.logical: thing.name for thing in found.things}
    said = []
    for thing in things[:8]:
        fed = [names[function] for source, function in found.feeds if source == thing.logical and function in names]
        if fed:
            said.append(f"{_called(thing)} → {', '.join(dict.fromkeys(fed))}")
    return "; ".join(said) or None


def _row(section: Section, things: Sequence[Thing], feeding: str | None) -> Row:
    text = f"{section.text} {feeding}." if feeding else section.text
    return Row(section.title, text, tuple(_widget(section, panel, things) for panel in section.panels))


def _of_functions(section: Section, chosen: Sequence[Thing], *, is_all: bool) -> Row:
    """A row for some functions by name; for all of them short names, which follow -f."""
    if not is_all:
        return _row(section, chosen, None)
    widgets: tuple[Values, ...] = tuple(
        {"title": panel.title, "metric": [_short(line) for line in panel.lines]} for panel in section.panels
    )
    return Row(section.title, section.text, widgets)


def _short(line: Line) -> str:
    return f"{line.metric} {line.stat}" if line.stat.startswith("p") else line.metric


def _widget(section: Section, panel: Panel, things: Sequence[Thing]) -> Values:
    lines = [_line(section, line, thing, panel, is_alone=len(things) == 1) for line in panel.lines for thing in things]
    return {"title": panel.title, "metric": lines, **({"period": panel.period} if panel.period else {})}


def _line(section: Section, line: Line, thing: Thing, panel: Panel, *, is_alone: bool) -> object:
    called = _called(thing)
    # a lone resource needs no name at each line when the lines have words of their own
    label = line.said if is_alone and line.said and len(panel.lines) > 1 else f"{called} {line.said}".strip()
    colour = {"colour": line.colour} if line.colour else {}
    if thing.kind == "state-machine" and not thing.name.startswith("arn:"):
        # its metrics have the ARN, which a template does not know: the name is a word of it
        found = f"SEARCH('{{{section.namespace},StateMachineArn}} MetricName=\"{line.metric}\" \"{thing.name}\"', '{line.stat}')"
        search = f"{'SUM' if line.stat == 'Sum' else 'MAX'}({found})"
        return {"expression": search, "label": label, **colour}
    return [section.namespace, line.metric, *section.dimensions(thing), {"stat": line.stat, "label": label, **colour}]


def _called(thing: Thing) -> str:
    if thing.kind == "schedule":
        return thing.detail or "default"
    if thing.kind in ("http-api", "websocket-api"):
        return thing.logical
    return thing.name.rpartition(":")[2]


def _readers(found: Inventory) -> frozenset[str]:
    """The functions that read a stream of Kinesis or of a table."""
    streams = {thing.logical for thing in found.things if thing.kind in ("stream", "table")}
    return frozenset(function for source, function in found.feeds if source in streams)


_FUNCTION_ROWS = (
    Row(
        "Do the functions work?",
        "Errors that start at a deployment point at it. Errors everywhere at once point at what all functions call.",
        (
            {"metric": ["ErrorRate"], "title": "Errors, % of invocations"},
            {"metric": ["Errors", "Throttles"], "title": "Failed and throttled"},
            {"metric": ["Duration p99"], "title": "Duration p99 (ms)"},
        ),
    ),
    Row(
        "How are they used?",
        "Concurrency that grows without more invocations means that calls take longer.",
        (
            {"metric": ["Invocations"], "title": "Invocations"},
            {"metric": ["ConcurrentExecutions"], "title": "Instances at once"},
        ),
    ),
)


def _log_rows(found: Inventory) -> Iterator[Row]:
    yield Row(
        "What do the logs say?",
        "Log widgets scan what they show at each refresh; insightctl dashboard deploy says what that costs.",
        ({"query": "errors-by-version", "view": "table"}, {"query": "errors"}),
    )
    yield Row(None, None, ({"query": "timeouts"}, {"query": "coldstarts"}))
    sources = {thing.logical for thing in found.things if thing.kind in ("queue", "stream", "table")}
    if any(source in sources for source, _ in found.feeds):
        yield Row(None, None, ({"query": "batch-failures"}, {"query": "retries"}))


_BEHIND_STREAM: Values = {"threshold": 60_000, "evaluation_periods": 3}


def _alarms(found: Inventory, functions: Sequence[Thing]) -> Iterator[Values]:
    if functions:
        yield {
            "name": "{function} fails",
            "metric": "ErrorRate",
            "threshold": 5,
            "evaluation_periods": 3,
            "datapoints": 2,
            "description": "More than 5 % of the invocations of {function} fail.",
        }
    for thing in found.of("queue")[:_MOST_OF_A_KIND]:
        is_dead = thing.logical in found.dead_letters
        metric = "ApproximateNumberOfMessagesVisible" if is_dead else "ApproximateAgeOfOldestMessage"
        yield {
            "name": f"{thing.name} holds messages" if is_dead else f"{thing.name} waits",
            "metric": ["AWS/SQS", metric, "QueueName", thing.name, {"stat": "Maximum"}],
            "threshold": 0 if is_dead else 600,
            "evaluation_periods": 1 if is_dead else 2,
        }
    readers = [thing for thing in functions if thing.logical in _readers(found)]
    if readers and len(readers) == len(functions):
        yield {"name": "{function} is behind its stream", "metric": "IteratorAge", **_BEHIND_STREAM}
    else:
        for thing in readers:
            age = ["AWS/Lambda", "IteratorAge", "FunctionName", thing.name, {"stat": "Maximum"}]
            yield {"name": f"{thing.name} is behind its stream", "metric": age, **_BEHIND_STREAM}
