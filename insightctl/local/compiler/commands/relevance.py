"""relevantfields: how differently fields are distributed in the events that meet a condition and in the rest.

Numbers are compared by the Kolmogorov-Smirnov distance, everything else by the total variation distance: both are 0 for
equal and 1 for disjoint distributions. Absence of a field is a value like any other.
"""

from __future__ import annotations

from insightctl.local import discovery
from insightctl.local.compiler.expressions import compile_expr, condition
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.values import Val, is_number, number, text
from insightctl.ql import ast
from insightctl.ql.analysis import RELEVANT_COLUMNS
from insightctl.ql.fields import LAMBDA_FIELDS
from insightctl.ql.scope import Scope

TOP = 5
"""Values that are told of a categorical field."""

MANY = 10
"""A field with more different numbers than this is compared as numbers."""


def relevantfields(frame: Frame, command: ast.RelevantFields, _: Scope) -> None:
    """One row a field, most telling first; the fields of the condition itself are left out."""
    frame.cut()
    frame.mark_matched()
    asked = {n.name for n in ast.walk(command.condition) if isinstance(n, ast.Field)}
    met, long = frame.plan.name("c"), frame.plan.name("t")
    frame.wrap([f"{condition(command.condition, frame.scope())} AS {met}"])
    frame.wrap([f"count(*) FILTER ({met}) OVER () AS met_all", f"count(*) FILTER (NOT {met}) OVER () AS rest_all"])
    if command.fields:
        values = {name.name: compile_expr(name, frame.scope()) for name in command.fields}
        rows = _listed(frame, met, values)
    else:
        values = {name: frame.defined[name] for name in frame.defined if name not in asked}
        lambda_fields = () if frame.closed else LAMBDA_FIELDS
        values |= {name: frame.field(ast.Field((name,))) for name in lambda_fields if name not in frame.defined}
        rows = _listed(frame, met, values)
        if not frame.closed:
            rows += f" UNION ALL BY NAME {_json_fields(frame, met)}"
    left_out = ", ".join(frame.plan.params.add(name) for name in sorted(asked)) or "''"
    frame.close(_scored(f"(SELECT * FROM ({rows}) WHERE field NOT IN ({left_out}))", long))
    columns = ("field", "score", "top", "high", "low")
    kinds = RELEVANT_COLUMNS.items()
    frame.define_all({name: Val(column, kind) for (name, kind), column in zip(kinds, columns, strict=True)})
    frame.ordered = f"{frame.defined['@relevanceScore'].sql} DESC, {frame.defined['@fieldName'].sql} ASC"


def _listed(frame: Frame, met: str, values: dict[str, Val]) -> str:
    """Rows (met, field, value, num) of fields that are named."""
    if not values:
        return "SELECT false AS met, '' AS field, '' AS value, 0.0 AS num, 0 AS met_all, 0 AS rest_all WHERE false"
    parts = [
        f"{{'field': {frame.plan.params.add(name)}, 'value': {text(value)}, "
        f"'num': CAST(CASE WHEN {is_number(value)} THEN {number(value)} END AS DOUBLE)}}"
        for name, value in values.items()
        if value.type != "json"
    ]
    inner = f"SELECT {met} AS met, met_all, rest_all, unnest([{', '.join(parts)}]) AS f FROM {frame.sql}"
    return f"SELECT met, met_all, rest_all, f.field, f.value, f.num FROM ({inner}) WHERE f.value IS NOT NULL"


def _json_fields(frame: Frame, met: str) -> str:
    """Rows of every JSON field at any depth, the first 200 of an event as the service discovers them."""
    fragment = discovery.fragment(frame.own.msg)
    name = "replace(regexp_replace(substr(fullkey, 3), '\\[([0-9]+)\\]', '.\\1', 'g'), '\"', '')"
    truth = "CASE atom::VARCHAR WHEN 'true' THEN '1' ELSE '0' END"
    plain = f"CASE type WHEN 'BOOLEAN' THEN {truth} ELSE json_extract_string(atom, '$') END"
    inner = f"SELECT {met} AS met, met_all, rest_all, {frame.own.seq} AS seq, {fragment} AS document FROM {frame.sql}"
    tree = (
        f"SELECT met, met_all, rest_all, {name} AS field, {plain} AS value, "
        "CASE WHEN type NOT IN ('VARCHAR', 'BOOLEAN') THEN TRY_CAST(atom::VARCHAR AS DOUBLE) END AS num, j.id AS place "
        f"FROM ({inner}) AS e, json_tree(e.document) AS j WHERE atom IS NOT NULL AND type NOT IN ('OBJECT', 'ARRAY', 'NULL')"
    )
    return f"SELECT met, met_all, rest_all, field, value, num FROM ({tree}) WHERE place <= 400"


def _scored(rows: str, name: str) -> str:
    """One row a field with its score."""
    return (
        f"(WITH {name} AS MATERIALIZED {rows}, "
        # how often each value occurs on either side
        f"counted AS (SELECT field, value, any_value(num) AS num, count(*) FILTER (met) AS m, count(*) FILTER (NOT met) AS r, "
        f"any_value(met_all) AS met_all, any_value(rest_all) AS rest_all FROM {name} GROUP BY field, value), "
        "shares AS (SELECT *, m / nullif(met_all, 0)::DOUBLE AS p, r / nullif(rest_all, 0)::DOUBLE AS q FROM counted), "
        "about AS (SELECT field, count(*) AS different, bool_and(num IS NOT NULL) AS numeric, "
        "any_value(met_all) > 0 AND any_value(rest_all) > 0 AS two_sided, "
        "0.5 * (sum(abs(coalesce(p, 0) - coalesce(q, 0))) + abs((1 - sum(coalesce(p, 0))) - (1 - sum(coalesce(q, 0))))) AS tv, "
        f"to_json(list({{'value': value, 'share': round(coalesce(p, 0), 4), 'baseline': round(coalesce(q, 0), 4)}} "
        f"ORDER BY abs(coalesce(p, 0) - coalesce(q, 0)) DESC, value)[1:{TOP}]) AS top "
        "FROM shares GROUP BY field), "
        # the largest distance between the two cumulated distributions
        "steps AS (SELECT field, num, sum(m) AS m, sum(r) AS r FROM counted WHERE num IS NOT NULL GROUP BY field, num), "
        "cumulated AS (SELECT field, sum(m) OVER w / nullif(sum(m) OVER (PARTITION BY field), 0)::DOUBLE AS f, "
        "sum(r) OVER w / nullif(sum(r) OVER (PARTITION BY field), 0)::DOUBLE AS g FROM steps "
        "WINDOW w AS (PARTITION BY field ORDER BY num)), "
        "distances AS (SELECT field, max(abs(coalesce(f, 0) - coalesce(g, 0))) AS ks FROM cumulated GROUP BY field), "
        "medians AS (SELECT field, quantile_disc(num, 0.5) FILTER (met) AS high, "
        f"quantile_disc(num, 0.5) FILTER (NOT met) AS low FROM {name} GROUP BY field) "
        "SELECT field, greatest(0, least(1, CASE WHEN NOT two_sided THEN 0 WHEN counts_as_number THEN coalesce(ks, 0) "
        "ELSE tv END)) AS score, "
        "CASE WHEN NOT counts_as_number THEN top END AS top, CASE WHEN counts_as_number THEN high END AS high, "
        "CASE WHEN counts_as_number THEN low END AS low, CAST(NULL AS BIGINT) AS _ts FROM "
        f"(SELECT *, numeric AND different > {MANY} AS counts_as_number FROM about) "
        "LEFT JOIN distances USING (field) LEFT JOIN medians USING (field))"
    )
