"""logcompare and estimate."""

from __future__ import annotations

from insightctl.local.compiler.commands.patterns import compare
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.plan import BYTES, GROUPS, SHIFT
from insightctl.local.compiler.values import Val, number
from insightctl.ql import ast
from insightctl.ql.analysis import ESTIMATE_COLUMNS
from insightctl.ql.scope import Scope


def logcompare(frame: Frame, __: ast.LogCompare, scope: Scope) -> None:
    """After stats: each group beside the same group of the earlier range; else patterns of both ranges."""
    if not frame.closed or frame.mined is not None:
        compare(frame)
        return
    frame.cut()
    keys = [value for _, value in frame.group_keys]
    results = {name: value for name, value in frame.defined.items() if value not in keys}
    wanted = [(name, kind) for name, kind in scope.defined.items() if name in results]
    now, then = (f"(SELECT * FROM {frame.sql} WHERE _before = {flag})" for flag in ("false", "true"))
    flags = [
        *frame.last_rows,
        *(k.numeric for k in keys if k.numeric),
        *(["_matched"] if frame.carries_matched else []),
    ]
    same = [f"l.{k.sql} IS NOT DISTINCT FROM {_later(k)}" for k in keys]
    same += [f"l.{last} = r.{last}" for last in frame.last_rows] or ["true"]
    either = [f"coalesce(l.{k.sql}, {_later(k)}) AS {k.sql}" for k in keys]
    either += [f"coalesce(l.{flag}, r.{flag}) AS {flag}" for flag in flags]
    baseline: dict[str, Val] = {}
    added: list[str] = []
    for name, _ in wanted:
        value, old = results[name], frame.plan.name("c")
        added += [f"r.{value.sql} AS {old}", *([f"r.{value.numeric} AS {old}n"] if value.numeric else [])]
        baseline[name] = Val(old, value.type, f"{old}n" if value.numeric else None)
    ours = f"l.* REPLACE ({', '.join(either)})" if either else "l.*"
    frame.sql = f"(SELECT {', '.join([ours, *added])} FROM {now} AS l FULL JOIN {then} AS r ON {' AND '.join(same)})"
    frame.compared = False
    made: dict[str, Val] = {}
    for name, kind in wanted:
        made[f"{name}_baseline"] = baseline[name]
        if kind == "number":
            made[f"{name}_difference"] = Val(f"({number(results[name])} - {number(baseline[name])})", "number")
    frame.define_all(made)


def _later(key: Val) -> str:
    """A key of the earlier range as it would be now."""
    return f"(r.{key.sql} + {SHIFT})" if key.type == "timestamp" else f"r.{key.sql}"


def estimate(frame: Frame, _: ast.Estimate, __: Scope) -> None:
    """The size of what the query would read; nothing is read."""
    frame.close(f"(SELECT CAST({BYTES} AS DOUBLE) AS b, CAST({GROUPS} AS DOUBLE) AS g, CAST(NULL AS BIGINT) AS _ts)")
    frame.limit = None
    frame.matched_sql = "(SELECT 1 WHERE false)"
    names = list(ESTIMATE_COLUMNS)
    frame.define_all({names[0]: Val("b", "number"), names[1]: Val("g", "number")})
