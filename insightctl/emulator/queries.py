"""StartQuery, GetQueryResults, StopQuery and DescribeQueries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from insightctl.core.errors import UsageError
from insightctl.core.spelling import raw_rows
from insightctl.core.time import TimeRange
from insightctl.emulator.errors import InvalidParameter, MalformedQuery, ResourceNotFound
from insightctl.emulator.lookup_store import LookupStore
from insightctl.emulator.query_definitions import SavedQueries
from insightctl.emulator.query_runs import QueryRun, QueryRuns, View
from insightctl.emulator.store import ACCOUNT, Group, Store
from insightctl.emulator.wire import Call
from insightctl.local.compiler.plan import Table
from insightctl.ql import CheckedQuery, QueryError, ast
from insightctl.ql.saved import Expansion, expand_calls
from insightctl.ql.sources import check_class

_MAX_CHARACTERS = 10_000
_MAX_GROUPS = 50
_MAX_ROWS = 100_000  # of a query; a response carries 10,000 (botocore's model of StartQuery and GetQueryResults, 2026)
_PAGE = 10_000
_SECONDS_BELOW = 100_000_000_000  # a bigger time is in ms: as seconds it would be the year 5138
_ID = re.compile(r"[\w-]{1,256}")
_STATUSES = ("Scheduled", "Running", "Complete", "Failed", "Cancelled", "Timeout", "Unknown")


class Queries:
    """Answers the calls about queries; `now_ms` is the clock."""

    def __init__(
        self, store: Store, runs: QueryRuns, saved: SavedQueries, tables: LookupStore, now_ms: Callable[[], int]
    ) -> None:
        self._store = store
        self._runs = runs
        self._saved = saved
        self._tables = tables
        self._now_ms = now_ms

    def start_query(self, call: Call) -> dict[str, object]:
        """StartQuery."""
        language = call.text("queryLanguage")
        if language not in (None, "CWLI"):
            raise InvalidParameter(f"the emulator runs Logs Insights QL (CWLI) only, not {language}")
        text = call.text("queryString")
        if text is None:
            text = call.required("queryString")
        if len(text) > _MAX_CHARACTERS:
            raise InvalidParameter.constraint(
                "queryString", text[:40] + "...", f"Member must have length less than or equal to {_MAX_CHARACTERS}"
            )
        limit = call.integer("limit", low=1, high=_MAX_ROWS) or _PAGE
        expansion = expand_calls(text, lambda saved: self._saved.text(call.region, saved.name))
        checked, time = _checked(expansion), _time(call)
        groups = self._groups(call, checked, expansion)
        _refuse_for_class(checked.query, groups, expansion)
        tables = {table.name: Table(table.name, table.columns) for table in self._tables.tables(call.region)}
        _refuse_what_cannot_run(checked, self._now_ms(), limit, tables)
        run = QueryRun(
            asked=text,
            text=expansion.text,
            region=call.region,
            groups=groups,
            others=self._inside(call, checked.query, expansion),
            time=time,
            limit=limit,
            aggregated=checked.aggregated,
            created_ms=self._now_ms(),
        )
        self._runs.start(run)
        return {"queryId": run.id}

    def get_query_results(self, call: Call) -> dict[str, object]:
        """GetQueryResults."""
        run = self._run(call)
        size = call.integer("maxItems", low=0, high=_PAGE) or _PAGE
        start = _offset(call.text("nextToken"))
        view = self._runs.look(run)
        seen = int(len(view.result.rows) * view.share) if view.result else 0
        end = min(start + size, seen)
        return {
            "queryLanguage": "CWLI",
            "results": raw_rows(replace(view.result, rows=view.result.rows[start:end])) if view.result else [],
            "statistics": _statistics(run, view),
            "status": view.status,
            "nextToken": str(end) if start <= end < seen else None,
        }

    def stop_query(self, call: Call) -> dict[str, object]:
        """StopQuery."""
        run = self._run(call)
        if not self._runs.stop(run):
            raise InvalidParameter(f"Query already ended with {self._runs.look(run).status} status")
        return {"success": True}

    def describe_queries(self, call: Call) -> dict[str, object]:
        """DescribeQueries."""
        name, status, language = call.text("logGroupName"), call.text("status"), call.text("queryLanguage")
        if status is not None and status not in _STATUSES:
            raise InvalidParameter.constraint(
                "status", status, f"Member must satisfy enum value set: [{', '.join(_STATUSES)}]"
            )
        size = call.integer("maxResults", low=1, high=1000) or 1000
        start = _offset(call.text("nextToken"))
        found = [
            (run, view)
            for run, view in ((run, self._runs.look(run)) for run in self._runs.all())
            if run.region == call.region
            and (name is None or name in [group.name for group in run.groups])
            and status in (None, view.status)
            and language in (None, "CWLI")
        ]
        end = start + size
        return {
            "queries": [_described(run, view, self._now_ms()) for run, view in found[start:end]],
            "nextToken": str(end) if end < len(found) else None,
        }

    def _groups(self, call: Call, checked: CheckedQuery, expansion: Expansion) -> tuple[Group, ...]:
        one = call.text("logGroupName")
        in_text = self._named_in(call.region, ast.sources(checked.query), expansion)
        given = [
            names
            for names in (
                (one,) if one else (),
                call.texts("logGroupNames"),
                call.texts("logGroupIdentifiers"),
                in_text,
            )
            if names
        ]
        if len(given) != 1:
            raise InvalidParameter(
                "Exactly one of logGroupName, logGroupNames, logGroupIdentifiers or SOURCE has to be specified."
            )
        if len(given[0]) > _MAX_GROUPS:
            raise InvalidParameter.constraint(
                "logGroupNames",
                f"[{len(given[0])} names]",
                f"Member must have length less than or equal to {_MAX_GROUPS}",
            )
        groups = {name: self._store.group(call.region, name) for name in given[0]}
        return tuple({group.name: group for group in groups.values()}.values())

    def _named_in(self, region: str, sources: Sequence[ast.Source], expansion: Expansion) -> tuple[str, ...]:
        """The log groups that SOURCE commands choose. Raises MalformedQuery when they choose none."""
        names: list[str] = []
        there = self._store.groups(region)
        for source in sources:
            if source.log_group is not None:
                names.append(source.log_group)
                continue
            chosen = source.groups or ast.GroupSelector()
            classes = [name.upper() for name in chosen.classes]
            found = [
                name
                for name, group in sorted(there.items())
                if (not chosen.prefixes or name.startswith(chosen.prefixes))
                and (not classes or group.log_class in classes)
                and (not chosen.accounts or ACCOUNT in chosen.accounts)
            ]
            if not found:
                raise MalformedQuery("SOURCE selects no log group", *expansion.place(source.span))
            names += found
        return tuple(dict.fromkeys(names))

    def _inside(self, call: Call, query: ast.Query, expansion: Expansion) -> tuple[Group, ...]:
        """The log groups of the queries inside a query."""
        found: dict[str, Group] = {}
        for command in query.commands:
            for inner in ast.subqueries(command):
                names = self._named_in(call.region, ast.sources(inner), expansion)
                found |= {name: self._store.group(call.region, name) for name in names}
                found |= {group.name: group for group in self._inside(call, inner, expansion)}
        return tuple(found.values())

    def _run(self, call: Call) -> QueryRun:
        query_id = call.required("queryId")
        if not _ID.fullmatch(query_id):
            raise InvalidParameter("Specified query id is invalid.")
        run = self._runs.get(query_id)
        if run is None or run.region != call.region:
            raise ResourceNotFound(f"Query with ID '{query_id}' does not exist for account ID '{ACCOUNT}'")
        return run


def _time(call: Call) -> TimeRange:
    times = [call.integer(name) for name in ("startTime", "endTime")]
    start, end = (None if t is None else t * 1000 if t < _SECONDS_BELOW else t for t in times)
    if start is None or end is None:
        missing = "startTime" if start is None else "endTime"
        raise InvalidParameter.constraint(missing, "null", "Member must not be null")
    if end < start:
        raise InvalidParameter("End time should not be less than start time.")
    # the end is inclusive to the ms, not to the whole second: the CloudWatch team in github.com/aws/aws-sdk/issues/280
    return TimeRange(start, end + 1)


def _checked(expansion: Expansion) -> CheckedQuery:
    """The checked query. Raises MalformedQuery where the service would refuse it, by its place in the text sent."""
    try:
        return expansion.check()
    except QueryError as error:
        first = next((d for d in error.diagnostics if d.severity == "error"), None)
        span = first.span if first else None
        raise MalformedQuery(
            first.message if first else error.what, span.start if span else None, span.end if span else None
        ) from error


def _refuse_what_cannot_run(checked: CheckedQuery, now_ms: int, limit: int, tables: Mapping[str, Table]) -> None:
    """Raises MalformedQuery for what this engine cannot do: a failed run could not say why."""
    from insightctl.local.compiler.pipeline import Pipeline

    try:
        Pipeline(checked, now_ms // 1000, limit, tables).compile()
    except UsageError as error:
        raise MalformedQuery(f"the emulator cannot run it: {error.what}", None, None) from error


def _refuse_for_class(query: ast.Query, groups: Sequence[Group], expansion: Expansion) -> None:
    """Raises MalformedQuery for a command that the class of one of the log groups has not."""
    for group in groups:
        if group.log_class == "DELIVERY":
            raise InvalidParameter(f"Log groups of the Delivery class cannot be queried: {group.name}")
    infrequent = [group for group in groups if group.log_class == "INFREQUENT_ACCESS"]
    if not infrequent:
        return
    source = ast.Source(groups=ast.GroupSelector(classes=("INFREQUENT_ACCESS",)))
    for problem in check_class(replace(query, commands=(source, *query.commands))):
        raise MalformedQuery(f"{problem.message}: {infrequent[0].name}", *expansion.place(problem.span))


def _statistics(run: QueryRun, view: View) -> dict[str, float]:
    statistics = view.result.statistics if view.result else None

    def so_far(number: int) -> float:
        return float(int(number * view.share))

    return {
        "recordsMatched": so_far(statistics.records_matched) if statistics else 0.0,
        "recordsScanned": so_far(statistics.records_scanned) if statistics else 0.0,
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": so_far(statistics.bytes_scanned) if statistics else 0.0,
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": float(len(run.groups)) if statistics else 0.0,
    }


def _described(run: QueryRun, view: View, now_ms: int) -> dict[str, object]:
    return {
        "queryLanguage": "CWLI",
        "queryId": run.id,
        "queryString": run.asked,
        "status": view.status,
        "createTime": run.created_ms,
        "logGroupName": run.groups[0].name,
        "queryDuration": (view.ended_ms or now_ms) - run.created_ms,
        "bytesScanned": _statistics(run, view)["bytesScanned"],
    }


def _offset(token: str | None) -> int:
    if token is not None and not token.isdecimal():
        raise InvalidParameter("The specified nextToken is invalid.")
    return int(token or 0)
