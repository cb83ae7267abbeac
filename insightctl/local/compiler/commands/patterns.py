"""pattern, diff and anomaly: texts are masked and counted by the engine, templates are mined from what is left."""

from __future__ import annotations

from insightctl.local.compiler.expressions import compile_expr
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.values import Val, text
from insightctl.local.mining.masking import rough
from insightctl.local.mining.preparation import MineAnomalies, Mined, MinePatterns
from insightctl.ql import ast
from insightctl.ql.scope import Scope

MASKED_CHARACTERS = 2_000
"""Of a longer text only the beginning tells its pattern."""

SLICES = 48
"""Slices of the time range in which anomaly looks at counts and at what stands in the tokens."""

SAMPLES = 5
"""Texts of each slice and masked text in which anomaly looks at the tokens."""


def pattern(frame: Frame, command: ast.Pattern, _: Scope) -> None:
    """One row a pattern."""
    _mine(frame, command.source)
    _patterns(frame)


def _mine(frame: Frame, source: ast.Expr) -> None:
    """Prepares a table of masked texts with counts, and one that gives each its pattern."""
    frame.cut()
    frame.mark_matched()
    plan = frame.plan
    subject = f"left({text(compile_expr(source, frame.scope()))}, {MASKED_CHARACTERS})"
    counts, patterns = plan.name("rough"), plan.name("patterns")
    before = "_before" if frame.compared else "false"
    texts = f"(SELECT {subject} AS text, {before} AS before, {frame.own.ts} AS ts FROM {frame.sql})"
    rows = f"(SELECT {rough('text')} AS rough, * FROM {texts} WHERE text IS NOT NULL)"
    frame.mined = Mined(counts, patterns, rows)
    body = (
        f"CREATE TEMP TABLE {counts} AS SELECT rough, min(text) AS sample, count(*) FILTER (NOT before) AS n, "
        "count(*) FILTER (before) AS b, min(ts) FILTER (NOT before) AS first_ts, max(ts) FILTER (NOT before) AS last_ts "
        f"FROM {rows} GROUP BY rough"
    )
    plan.preparations.append(plan.statement(body))
    plan.preparations.append(MinePatterns(frame.mined))


def _patterns(frame: Frame) -> None:
    """The rows: each pattern with how many events it stands for; most frequent first."""
    assert frame.mined is not None
    counted, mined = frame.mined.counts, frame.mined.patterns
    columns = "sum(n) AS n, sum(b) AS b, sum(sum(n)) OVER () AS _matched"
    some = "" if frame.compared else " HAVING sum(n) > 0"
    frame.close(
        f"(SELECT pattern, any_value(severity) AS severity, {columns}, CAST(NULL AS BIGINT) AS _ts "
        f"FROM {counted} JOIN {mined} USING (rough) GROUP BY pattern{some})"
    )
    frame.carries_matched = True
    frame.define_all(
        {
            "@pattern": Val("pattern", "string"),
            "@sampleCount": Val("CAST(n AS DOUBLE)", "number"),
            "@ratio": Val("CAST(n AS DOUBLE) / nullif(_matched, 0)", "number"),
            "@severityLabel": Val("severity", "string"),
        }
    )
    frame.ordered = f"{frame.defined['@sampleCount'].sql} DESC, {frame.defined['@pattern'].sql} ASC"
    frame.compared = False  # both times are counted in each row


def ensure_patterns(frame: Frame) -> None:
    """Patterns of @message, unless pattern made some already."""
    if frame.mined is None:
        _mine(frame, ast.Field(("@message",)))
        _patterns(frame)


def diff(frame: Frame, _: ast.Diff, __: Scope) -> None:
    """How often each pattern occurred now and in the time before; the largest differences first."""
    compare(frame)


def compare(frame: Frame) -> None:
    """Patterns of both times side by side."""
    ensure_patterns(frame)
    frame.cut()
    frame.where("n > 0 OR b > 0")
    change = "(CAST(n AS DOUBLE) - CAST(b AS DOUBLE))"
    description = (
        "CASE WHEN b = 0 THEN 'new: it did not occur before' WHEN n = 0 THEN 'gone: it no longer occurs' "
        "WHEN n = b THEN 'as often as before' "
        "WHEN n > b THEN printf('%.1f times as often as before', CAST(n AS DOUBLE) / b) "
        "ELSE printf('%.1f %% of before', 100.0 * n / b) END"
    )
    kept = {name: frame.defined[name] for name in ("@pattern", "@sampleCount")}
    severity = frame.defined["@severityLabel"]
    frame.defined = kept
    frame.define_all({"@differenceCount": Val(change, "number"), "@differenceDescription": Val(description, "string")})
    frame.defined["@severityLabel"] = severity
    keys = [f"abs({frame.defined['@differenceCount'].sql}) DESC", f"{frame.defined['@pattern'].sql} ASC"]
    frame.ordered = ", ".join(keys)


def anomaly(frame: Frame, _: ast.Anomaly, __: Scope) -> None:
    """What is unusual about each pattern: kind, a score from 0 to 1, and a sentence; normal ones have none."""
    ensure_patterns(frame)
    frame.cut()
    assert frame.mined is not None
    plan, mined = frame.plan, frame.mined
    slices, found = plan.name("slices"), plan.name("anomalies")
    first, last = (f"(SELECT {which} FROM {mined.counts})" for which in ("min(first_ts)", "max(last_ts)"))
    width = f"(({last} - {first}) // {SLICES} + 1)"
    body = (
        f"CREATE TEMP TABLE {slices} AS SELECT rough, CAST((ts - {first}) // {width} AS INTEGER) AS slice, count(*) AS n, "
        f"arg_min(text, hash(text, ts), {SAMPLES}) AS samples FROM {mined.rows} WHERE NOT before GROUP BY ALL"
    )
    plan.preparations.append(plan.statement(body))
    plan.preparations.append(MineAnomalies(mined, slices, found, SLICES))
    own = frame.defined["@pattern"].sql
    frame.sql = (
        f"(SELECT l.*, a.kind, a.score, a.description FROM {frame.sql} AS l "
        f"LEFT JOIN {found} AS a ON l.{own} = a.pattern)"
    )
    frame.define_all(
        {
            "@anomalyType": Val("kind", "string"),
            "@anomalyScore": Val("score", "number"),
            "@anomalyDescription": Val("description", "string"),
        }
    )
    score, count = frame.defined["@anomalyScore"].sql, frame.defined["@sampleCount"].sql
    frame.ordered = f"{score} DESC NULLS LAST, {count} DESC, {own} ASC"
