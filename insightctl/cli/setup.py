"""From options to what runs: which backend, which logs, which time."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.core.errors import UsageError
from insightctl.core.job import DEFAULT_ROWS, Backend, Target
from insightctl.core.time import TimeRange, parse_duration_ms, parse_moment, resolve_range, to_ms

if TYPE_CHECKING:
    from insightctl.core.services import Service, Tag
    from insightctl.local.database import Limits

DEFAULT_SINCE = "1h"
LEAST_MEMORY = 256_000_000
"""Bytes: the engine reads lines in blocks of 64 MB a thread."""
_TABLE_NAME = re.compile(r"[A-Za-z0-9_]{1,256}")  # CreateLookupTable, lookupTableName


@dataclass(frozen=True, slots=True)
class Where:
    """The options that say which logs, and what asking for them may cost.

    `profile` and `region` are the first of `profiles` and `regions`: either way of saying one gives both.
    """

    function: tuple[str, ...] = ()
    log_group: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    profile: str | None = None
    region: str | None = None
    lookup: tuple[str, ...] = ()
    memory_limit: str | None = None
    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    max_cost: float | None = None
    price: float | None = None
    dry_run: bool = False
    no_cache: bool = False
    yes: bool = False
    max_rows: int = DEFAULT_ROWS
    split: str | None = None

    def __post_init__(self) -> None:
        for one, several in (("profile", "profiles"), ("region", "regions")):
            first, every = getattr(self, one), getattr(self, several)
            object.__setattr__(self, several, every or ((first,) if first else ()))
            object.__setattr__(self, one, first or (every[0] if every else None))

    @property
    def on_files(self) -> bool:
        """Whether the logs are files here: --local, or -g NAME=PATH."""
        return bool(self.local) or any("=" in group for group in self.log_group)

    @property
    def words(self) -> str:
        """The same options as text for a command line, to show what to run next."""
        import shlex

        parts = [f"-f {shlex.quote(f)}" for f in self.function] + [f"-g {shlex.quote(g)}" for g in self.log_group]
        parts += [f"--local {shlex.quote(path)}" for path in self.local]
        parts += [f"--lookup {shlex.quote(table)}" for table in self.lookup]
        parts += [f"--memory-limit {shlex.quote(self.memory_limit)}"] if self.memory_limit else []
        given = {
            "stack": self.stack,
            "tag": self.tag,
            "service": self.service,
            "account": self.account,
            "max-cost": () if self.max_cost is None else (f"{self.max_cost:g}",),
            "profile": self.profiles,
            "region": self.regions,
        }
        parts += [f"--{name} {shlex.quote(value)}" for name, values in given.items() for value in values]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class When:
    """The options that say which time, as typed."""

    since: str | None = None
    until: str | None = None
    around: str | None = None
    window: str | None = None
    tz: str | None = None

    @property
    def words(self) -> str:
        """The same options as text for a command line."""
        given = {"since": self.since, "until": self.until, "around": self.around, "window": self.window}
        return " ".join(f"--{name} {value}" for name, value in given.items() if value)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What runs: `time` None means the data's own span (local only). `progress` is shown while it is entered."""

    backend: Backend
    target: Target
    time: TimeRange | None
    tz: tzinfo
    progress: AbstractContextManager[object] = field(default_factory=nullcontext)


def prepare(where: Where, when: When, *, names_its_groups: bool = False) -> Prepared:
    """The backend, target and time of the options; a query that names its log groups (SOURCE) needs none.

    Raises UsageError, and SourceError for a lookup table that cannot be read.
    """
    zone = time_zone(when.tz)
    for path in where.local:
        if not path.strip():
            raise UsageError(
                "--local: the path is empty", remedy="name a file, a folder or a glob (is a variable unset?)"
            )
    named = [group.partition("=") for group in where.log_group if "=" in group]
    for name, _, path in named:
        if not name or not path:
            raise UsageError(f"-g {name}={path}: not NAME=PATH", remedy="write -g /aws/lambda/checkout=./checkout.log")
    groups = tuple(group for group in where.log_group if "=" not in group)
    if (groups or where.function) and named:
        groups += tuple(name for name, _, _ in named)
    target = target_of(where, groups)
    if where.on_files:
        _check_offline(where, target)
        from insightctl.local import LocalBackend, LogSource
        from insightctl.local.progress import QueryProgress

        sources = [LogSource(Path(path)) for path in where.local]
        sources += [LogSource(Path(path), name) for name, _, path in named]
        asked = any((when.since, when.until, when.around, when.window))
        progress = QueryProgress()
        backend = LocalBackend(
            sources,
            lookups=lookup_tables(where.lookup),
            limits=limits(where.memory_limit),
            watch=progress.watch if progress.shown else None,
        )
        return Prepared(backend, target, _range(when, zone, "1970-01-01") if asked else None, zone, progress)
    if where.memory_limit:
        raise UsageError(
            "--memory-limit goes with --local: CloudWatch runs its queries itself",
            remedy="leave it out, or add --local",
        )
    if where.lookup:
        name = where.lookup[0].partition("=")[0] or "users"
        raise UsageError(
            "--lookup goes with --local: on CloudWatch lookup tables belong to the account",
            remedy=f"aws logs create-lookup-table --lookup-table-name {name} --table-body file://{name}.csv",
        )
    if target.is_empty and not names_its_groups:
        raise UsageError(
            "which logs?",
            remedy="name a function (-f checkout), a log group (-g NAME), or local files (--local PATH)",
        )
    from insightctl.cli.costs import cloud_backend

    cloud, shown = cloud_backend(where)
    return Prepared(cloud, target, _range(when, zone, DEFAULT_SINCE), zone, shown)


def asked_range(where: Where, when: When) -> TimeRange | None:
    """The range whose start the options or their default name; None: as far back as local data go. Raises UsageError."""
    if where.on_files and not (when.since or when.around):
        return None
    return _range(when, time_zone(when.tz), DEFAULT_SINCE)


def target_of(where: Where, log_groups: tuple[str, ...]) -> Target:
    """The target of the options; services come from the insightctl.toml above this folder. Raises UsageError."""
    from insightctl.core.arns import function_ref, group_ref

    for option, names in (("-f", where.function), ("-g", log_groups), ("--stack", where.stack)):
        if any(not name.strip() for name in names):
            raise UsageError(f"{option}: the name is empty", remedy="is a variable unset?")
    for name in where.function:
        function_ref(name)
    for name in log_groups:
        group_ref(name)
    services: tuple[Service, ...] = ()
    if where.service:
        from insightctl.core.services import find_service

        services = tuple(find_service(name, Path.cwd()) for name in where.service)
    return Target(where.function, log_groups, where.stack, tuple(map(_tag, where.tag)), services, where.account)


def listed(given: list[str] | None, option: str) -> tuple[str, ...]:
    """The values of an option that is repeated, or takes several with commas between them. Raises UsageError."""
    values = [value.strip() for text in given or () for value in text.split(",")]
    if not all(values):
        raise UsageError(f"{option}: a value is empty", remedy="is a variable unset?")
    return tuple(dict.fromkeys(values))


def usd(given: float | None, option: str) -> float | None:
    """An amount of an option. Raises UsageError for what no comparison can hold (nan)."""
    if given is not None and given != given:
        raise UsageError(f"{option}: not an amount of USD", remedy=f"such as {option} 0.50")
    return given


def _tag(text: str) -> Tag:
    key, equals, value = text.partition("=")
    if not key:
        raise UsageError(f"--tag {text}: not KEY=VALUE", remedy="such as --tag team=payments")
    return key, value if equals else None


def _check_offline(where: Where, target: Target) -> None:
    """Raises UsageError for targets that only AWS can resolve, and for what only queries on AWS need."""
    from insightctl.core.arns import function_ref

    if where.split is not None:
        raise UsageError("--split goes with CloudWatch: local logs are read at once", remedy="leave it out")
    given = {"--stack": where.stack, "--tag": where.tag, "--account": where.account}
    given["--service"] = tuple(service.name for service in target.services if service.asks_aws)
    for option, values in given.items():
        if values:
            raise UsageError(
                f"{option} {values[0]}: only AWS knows its members, and the logs are local",
                remedy="name the functions with -f, or leave out --local",
            )
    for name in (*target.functions, *(name for service in target.services for name in service.functions)):
        ref = function_ref(name)
        if ref.qualifier:
            raise UsageError(
                f"-f {name}: an alias or version cannot be told in local logs",
                remedy=f"-f {ref.name}, and for a version: filter @logStream like /\\[7\\]/",
            )


def lookup_tables(given: tuple[str, ...]) -> dict[str, Path]:
    """The CSV files of --lookup NAME=FILE by name. Raises UsageError, and SourceError for a file that is no table."""
    tables: dict[str, Path] = {}
    for text in given:
        name, _, file = text.partition("=")
        if not name or not file:
            raise UsageError(f"--lookup {text}: not NAME=FILE", remedy="write --lookup users=users.csv")
        if not _TABLE_NAME.fullmatch(name):
            raise UsageError(
                f"--lookup {text}: '{name}' is no name of a lookup table",
                remedy="letters, digits and _ are, as on the service: --lookup users=users.csv",
            )
        if name in tables:
            raise UsageError(f"--lookup: there are two tables '{name}'", remedy="leave one of them out, or rename it")
        tables[name] = Path(file)
    if tables:
        from insightctl.local.lookups import read_tables

        read_tables(tables)  # a wrong file is said before anything runs
    return tables


def limits(memory_limit: str | None) -> Limits:
    """The limits of --memory-limit. Raises UsageError for what is no size, or too little to work with."""
    from insightctl.core.sizes import parse_size
    from insightctl.local.database import Limits

    if memory_limit is None:
        return Limits()
    memory = parse_size(memory_limit, "--memory-limit")
    if memory < LEAST_MEMORY:
        raise UsageError(
            f"--memory-limit {memory_limit}: too little to read logs with",
            remedy="give at least 256MB; left out, it is half of what this machine has",
        )
    return Limits(memory=memory)


def time_zone(name: str | None) -> tzinfo:
    """The time zone of this IANA name; UTC without one. Raises UsageError."""
    if name is None or name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"--tz: there is no time zone '{name}'", remedy="such as Europe/Berlin, or UTC") from None


def _range(when: When, zone: tzinfo, default: str) -> TimeRange:
    now = datetime.now(UTC)
    if when.around is None:
        if when.window is not None:
            raise UsageError("--window goes with --around", remedy="--around 2026-11-23T10:00 --window 30m")
        return resolve_range(when.since, when.until, now=now, default=default, tz=zone)
    if when.since or when.until:
        raise UsageError("--around does not go with --since or --until", remedy="use one of the two")
    middle = parse_moment(when.around, now=now, option="--around", tz=zone)
    window = parse_duration_ms(when.window or "30m")
    if window <= 0:
        raise UsageError(f"--window {when.window}: nothing lies in it", remedy="such as --window 30m")
    half = timedelta(milliseconds=window / 2)
    return TimeRange(to_ms(middle - half), to_ms(middle + half))
