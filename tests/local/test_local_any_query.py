"""Whatever passes the check runs: commands in any order over the same few fields, none of them the engine's undoing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.time import TimeRange
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import diagnose
from tests.effort import examples

LOG = r"""
2026-11-23T10:00:00 {"level":"INFO","n":5,"f":1.5,"s":"user=ann took=5","o":{"a":{"b":"deep"}},"list":[{"id":1},{"id":2}],"tags":["x","y"],"ip":"10.1.2.3"}
2026-11-23T10:00:01 {"level":"ERROR","n":7,"f":2.25,"s":"a,b","t":true,"ip":"2001:db8::1","j":"{\"k\":[1,2]}"}
2026-11-23T10:05:02 {"level":"ERROR","n":"70","s":"","z":null}
2026-11-23T10:06:02 plain text with 42 numbers
2026-11-23T11:00:02 REPORT RequestId: 11111111-1111-1111-1111-111111111111	Duration: 13.31 ms	Billed Duration: 14 ms	Memory Size: 128 MB	Max Memory Used: 46 MB
"""
USERS = "level,weight,net\nINFO,1,10.0.0.0/8\nERROR,2,2001:db8::/32\n"

FIELDS = (
    "level",
    "n",
    "f",
    "s",
    "o.a.b",
    "list",
    "tags",
    "@duration",
    "@timestamp",
    "@message",
    "x",
    "lf.user",
    "m.o.a",
    "none",
)
VALUES = (
    *("n", "f + 1", "n * f", "n / 0", "n % 2", "-n", "n ^ 2", "@duration", "strlen(s)", "toupper(level)", "concat(level, n)"),
    *("coalesce(none, n, s)", "if(n > 5, s, level)", "case(n = 5, 1, level = 'ERROR', 2)", "jsonParse(@message).o.a.b"),
    *("substr(s, 1, 2)", "split(s, ',')", "jsonArraySize(tags)", "isIpInSubnet(ip, '10.0.0.0/8')", "datefloor(@timestamp, 1h)"),
    *("formatDate(@timestamp, '%H', 'Europe/Berlin')", "n = 5 or level = 'ERROR'", "tags", "o", "now()", "queryTimeRange()"),
)  # fmt: skip
CONDITIONS = (
    *("n > 5", "level = 'ERROR'", "s like /a(?<g>n)/", "not ispresent(f)", "level in ['INFO', 5]", "n != 5 and f < 9", "x = 1"),
    *("n in (filter level = 'ERROR' | fields n)", "s not in (stats count(*) by s)", "tags = 'x'", "@duration > 1", "!isempty(s)"),
)  # fmt: skip
AGGREGATES = (
    *("count(*)", "count(n)", "sum(n)", "avg(f)", "min(s)", "max(@timestamp)", "pct(n, 90)", "median(f)", "stddev(n)"),
    *("variance(n)", "values(level)", "earliest(s)", "latest(n)", "sortsFirst(s)", "count_distinct(n)", "rate(n, 1m)"),
    *("histogram(n, 3)", "sumOverTime(n)", "sum(n) / count(*)", "max(n) - min(n)"),
)  # fmt: skip
KEYS = ("level", "bin(5m)", "bin(1mo)", "n > 5", "s", "toupper(level)", "datefloor(@timestamp, 1d)", "none")

field = st.sampled_from(FIELDS)
some_fields = st.lists(field, min_size=1, max_size=2, unique=True)
value = st.sampled_from(VALUES)
name = st.sampled_from(["x", "y", "n", "level"])


def _stats(aggregates: list[str], keys: list[str], offset: bool) -> str:
    named = ", ".join(f"{a} as a{i}" for i, a in enumerate(aggregates))
    by = f" by {', '.join(keys)}" if keys else ""
    return f"stats {named}{by}{' offset 1h' if offset and 'bin(5m)' in keys else ''}"


command = st.one_of(
    st.builds(lambda v, a: f"fields {v} as {a}, level", value, name),
    st.builds(lambda f: f"fields {', '.join(f)}", some_fields),
    st.builds(lambda v: f"display {v} as x, a0, @timestamp", value),
    st.sampled_from(CONDITIONS).map("filter {}".format),
    st.builds(lambda v, d: f"sort {v} {d}", st.one_of(value, field, st.just("a0")), st.sampled_from(["asc", "desc"])),
    st.sampled_from(["limit 3", "limit any 2", "limit 50000"]),
    st.builds(lambda f: f"dedup {', '.join(f)}", some_fields),
    st.builds(
        _stats,
        st.lists(st.sampled_from(AGGREGATES), min_size=1, max_size=3),
        st.lists(st.sampled_from(KEYS), max_size=2, unique=True),
        st.booleans(),
    ),
    st.sampled_from(["stats count(*) as a0, max(a0) as a1 by level", "stats sum(a0) as a0 by a1", "stats topk(2, level)"]),
    st.sampled_from(
        [
            "parse s 'user=* took=*' as x, y",
            "parse @message /(?<x>[0-9]+)/",
            "parse s /([a-z])/ as x multi",
            "parse s logfmt as lf",
            "parse s csv as x, y",
            'json "o.a" as m, "list[0].id" as x',
            'json field=j "k[1]" as x',
            "fields jsonParse(@message) as m",
            "unnest list into x",
            "unnest m.tags into y",
            "expand tags",
            "expand list",
            "parse @logStream '*' as x",
        ]
    ),
    st.builds(lambda f: f"filldown {' '.join(f)}", some_fields),
    st.sampled_from(["filldown", "filldown a* x", "fillmissing", "fillmissing with 0 for a0", "addtotals", "addtotals col=true n, f"]),
    st.sampled_from(["addtotals row=false col=true", "accum n as x", "accum a0", "autoregress n p=1-2", "autoregress a0 as x"]),
    st.sampled_from(["outlier n", "outlier action=remove param=0.1 uselower=true mark=true n a0", "sessionize level as x"]),
    st.builds(lambda f: f"countFrequent {', '.join(f)}", some_fields),
    st.sampled_from(["pattern @message", "pattern s", "anomaly", "diff", "diff previousDay", "logcompare timeshift 1h"]),
    st.sampled_from(["relevantfields where level = 'ERROR'", "relevantfields n, s, list where n > 5", "estimate", "unmask(@message)"]),
    st.sampled_from(
        [
            "lookup users level OUTPUT weight",
            "lookup users level as level OUTPUTNEW weight as n",
            "cidrlookup users ip OUTPUT weight as x",
            "join type=left left=a right=b where a.level = b.level (SOURCE '/aws/lambda/app' | filter n > 5)",
            "join left=a right=b where a.level = b.level (stats count(*) as c by level)",
            "fields a.n, b.c, b.@timestamp, b.s",
            "appendcols (stats max(n) as x by level)",
            "appendcols override=true max=1 (fields n, s | sort n)",
            "SOURCE '/aws/lambda/app'",
        ]
    ),
)  # fmt: skip
queries = st.lists(command, min_size=1, max_size=5).map("\n| ".join)
HOUR = 3_600_000
TIME = TimeRange(1_795_428_000_000, 1_795_428_000_000 + 2 * HOUR)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> LocalBackend:
    folder = tmp_path_factory.mktemp("any")
    (folder / "app.log").write_text(LOG.lstrip("\n"), "utf-8")
    (folder / "users.csv").write_text(USERS, "utf-8")
    return LocalBackend([LogSource(folder / "app.log")], lookups={"users": folder / "users.csv"})


def runs(query: str, backend: LocalBackend, time: TimeRange | None) -> bool:
    """Runs the query if it passes the check; whether it did."""
    checked, found = diagnose(query)
    if any(d.severity == "error" for d in found):
        return False
    result = backend.run(QueryJob(query, time=time))
    assert list(result.names) == [column.name for column in checked.columns] or not checked.columns
    assert all(len(row) == len(result.columns) for row in result.rows)
    return True


@given(queries, st.sampled_from([None, TIME]))
@settings(max_examples=examples(25, 120), deadline=None, suppress_health_check=list(HealthCheck))
def test_what_passes_the_check_runs(backend: LocalBackend, query: str, time: TimeRange | None) -> None:
    runs(query, backend, time)


@pytest.mark.slow
@given(queries, st.sampled_from([None, TIME]))
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
def test_much_of_what_passes_the_check_runs(backend: LocalBackend, query: str, time: TimeRange | None) -> None:
    runs(query, backend, time)
