"""`insightctl logs tail`: what functions log, as they log it."""

from __future__ import annotations

import re
import sys
import time as clock
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.accounts import accesses, one, settings
from insightctl.cli.logs_where import LogGroup, target
from insightctl.core.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from insightctl.cloud.tail.events import TailEvent
    from insightctl.cloud.tail.follow import Counts, Tail

DEFAULT_SINCE = "5m"
FORMATS = ("text", "json", "raw")

Write = Callable[[Sequence["TailEvent"]], None]


def tail(
    function: o.Function = None,
    log_group: LogGroup = None,
    stack: o.Stack = None,
    tag: o.Tag = None,
    service: o.Service = None,
    account: o.Account = None,
    pattern: Annotated[
        str | None,
        typer.Option(
            "--filter", metavar="PATTERN", help="Only what matches CloudWatch's filter pattern: '{$.level = ERROR}'."
        ),
    ] = None,
    grep: Annotated[
        list[str] | None,
        typer.Option("--grep", metavar="TEXT", help="Only lines with this text, or /regex/. Repeatable: all of them."),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="From when on: 5m, 3h, 2026-11-23T10:00, now.")
    ] = DEFAULT_SINCE,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on, or end with what there is now.")] = True,
    live: Annotated[
        bool,
        typer.Option("--live/--no-live", help="Live Tail, billed by the minute, or polling, which misses nothing."),
    ] = True,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORMAT", help="text, json (an object a line) or raw.")
    ] = "text",
    highlight: Annotated[
        list[str] | None, typer.Option("--highlight", metavar="WORD", help="Show this inverted. Repeatable.")
    ] = None,
    tz: o.Tz = None,
    profile: o.Profile = None,
    region: o.Region = None,
) -> None:
    """Follow the logs of functions: what was since --since, then what comes, each event once.

    Example: insightctl logs tail -f checkout -f 'cart-*' --grep timeout --since 10m
    """
    from insightctl.cli.setup import time_zone
    from insightctl.cloud.session import Cloud
    from insightctl.cloud.tail.events import Notice
    from insightctl.cloud.tail.follow import Tail, Wishes
    from insightctl.cloud.tail.groups import find_groups
    from insightctl.core.time import parse_moment, to_ms

    if output not in FORMATS:
        raise UsageError(f"-o {output}: there is no such format", remedy=f"formats of logs tail: {', '.join(FORMATS)}")
    zone, wanted = time_zone(tz), _tests(grep or [])
    since_ms = to_ms(parse_moment(since, now=datetime.now(UTC), tz=zone))
    meant = target(function, log_group, stack, tag, service, account)
    cloud = Cloud(accesses(settings(), one(profile), one(region))[0])
    began = clock.monotonic()
    tail = None
    shown = 0
    try:
        groups = find_groups(cloud, meant)
        tail = Tail(cloud, groups, Wishes(since_ms, pattern or None, follow=follow, live=live))
        write = _writer(output, [group.name for group in groups], zone, highlight or [])
        for item in tail.items():
            if isinstance(item, Notice):
                _say(item.text)
                continue
            events = [event for event in item.events if all(test(event.message) for test in wanted)]
            shown += len(events)
            write(events)
    except KeyboardInterrupt:
        raise Interrupted(_ended(tail, shown, clock.monotonic() - began)) from None


def _tests(words: Sequence[str]) -> list[Callable[[str], object]]:
    return [_test(word) for word in words]


def _test(word: str) -> Callable[[str], object]:
    if len(word) > 2 and word.startswith("/") and word.endswith("/"):
        try:
            return re.compile(word[1:-1]).search
        except re.error as error:
            raise UsageError(
                f"--grep {word}: {error}", remedy="a regular expression between slashes, or text"
            ) from None
    return lambda message: word in message


def _writer(output: str, groups: Sequence[str], zone: tzinfo, marks: Sequence[str]) -> Write:
    from insightctl.render import safe
    from insightctl.render.tail import TailLine, TailText, to_json

    on_terminal = sys.stdout.isatty()
    text = TailText(groups, zone, terminal.colour(on_terminal), marks)

    def line(event: TailEvent) -> TailLine:
        return TailLine(event.time_ms, event.ingested_ms, event.group, event.stream, event.message)

    def write(events: Sequence[TailEvent]) -> None:
        if output == "text":
            printed = text.lines([line(event) for event in events])
        elif output == "json":
            printed = (to_json(line(event), text.name(event.group)) for event in events)
        else:
            # a pipe gets the bytes that were logged; a terminal never does
            printed = ((safe.text if on_terminal else _as_is)(event.message.rstrip("\n")) for event in events)
        for each in printed:
            print(each, flush=True)

    return write


def _as_is(message: str) -> str:
    return message.encode("utf-8", "replace").decode()


def _say(sentence: str) -> None:
    from insightctl.render import safe

    mark = "\x1b[2mtail\x1b[0m" if terminal.colour(sys.stderr.isatty()) else "tail"
    print(f"{mark}: {safe.line(sentence)}", file=sys.stderr, flush=True)


def _ended(tail: Tail | None, shown: int, seconds: float) -> str:
    if tail is None:
        return "interrupted before anything was read"
    counts: Counts = tail.counts
    of = f" of {counts.events:,}" if counts.events != shown else ""
    count = len(tail.groups)
    sampled = f"; sampled in {counts.sampled_s} of them" if counts.sampled_s else ""
    return (
        f"interrupted; {shown:,}{of} events of {count} log group{'' if count == 1 else 's'} in {seconds:.0f} s{sampled}"
    )
