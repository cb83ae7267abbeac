"""A definition for an export: rendered twice, once with stand-ins, so that a gap is where a name was meant.

The word "checkout" in a title is no gap; `{function}` in it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from insightctl.dashboards.alarms import named_alarms
from insightctl.dashboards.body import Scope, build
from insightctl.dashboards.export.alarms import properties
from insightctl.dashboards.export.from_body import named_functions
from insightctl.dashboards.export.model import Exported, said
from insightctl.dashboards.export.texts import Parts, Ref, Text, Tree, gapped
from insightctl.dashboards.model import Alarm, Dashboard, ForEach, Row, Widget
from insightctl.dashboards.queries import Queries, once

_REGION, _ACCOUNT = "us-east-1", "123456789012"
_MARK_REGION, _MARK_ACCOUNT = "zz-insightctl-9", "918273645546"
_MAX_PARAMETERS = 198  # CloudFormation takes 200 parameters a template; the dashboard's name is one


@dataclass(frozen=True, slots=True)
class _Rendered:
    body: Mapping[str, object]
    alarms: tuple[dict[str, object], ...]
    notes: tuple[str, ...]


def from_definition(
    dashboard: Dashboard, functions: Sequence[str], queries: Queries, *, name: str | None = None
) -> Exported:
    """A definition for these functions (without: its own), ready to be written; `name` instead of the dashboard's.

    Raises UsageError as `build` and `named_alarms` do, and for an alarm that a template cannot make.
    """
    names = tuple(functions) or dashboard.functions
    queries = once(queries)
    real = _rendered(dashboard, names, _REGION, _ACCOUNT, queries)
    notes = list(real.notes)
    are_parameters = len(names) <= _MAX_PARAMETERS
    if not are_parameters:
        notes.append(
            f"{len(names)} functions are more than the parameters that a template takes: their names are written out"
        )
    marks = {f: f"insightctlGap{place}x" for place, f in enumerate(names)} if are_parameters else {f: f for f in names}
    marked = _rendered(_renamed(dashboard, marks), tuple(marks.values()), _MARK_REGION, _MARK_ACCOUNT, queries)
    gaps = _gaps(has_account=dashboard.account is not None)
    if are_parameters:
        gaps |= {mark: (Ref("function", function),) for function, mark in marks.items()}
    own = names if are_parameters else ()
    return Exported(
        name or dashboard.name,
        said(dashboard.name),
        named_functions(_merged(real.body, marked.body, gaps), own),
        own,
        tuple(
            cast("Mapping[str, Tree]", named_functions(_merged(one, other, gaps), own))
            for one, other in zip(real.alarms, marked.alarms, strict=True)
        ),
        tuple(dict.fromkeys(notes)),
    )


def _gaps(*, has_account: bool) -> dict[str, Parts]:
    """What stands for region and account; ARNs of the stack's own region are also of its own partition."""
    region, account = Ref("region", _REGION), Ref("account", _ACCOUNT)
    own = (f"arn:aws:{service}:{_MARK_REGION}" for service in ("cloudwatch", "logs", "lambda", "sns", "sqs"))
    arns: dict[str, Parts] = {arn: ("arn:", Ref("partition", "aws"), f":{arn.split(':')[2]}:", region) for arn in own}
    return {**arns, _MARK_REGION: (region,), **({} if has_account else {_MARK_ACCOUNT: (account,)})}


def _rendered(
    dashboard: Dashboard, functions: tuple[str, ...], region: str, account: str, queries: Queries
) -> _Rendered:
    account = dashboard.account or account
    built = build(dashboard, Scope(functions, region, account=account), queries)
    alarms = named_alarms(dashboard, functions, region, account)
    body = json.loads(json.dumps(built.body))
    return _Rendered(body, tuple(properties(each, region) for each in alarms), built.notes)


def _renamed(dashboard: Dashboard, marks: Mapping[str, str]) -> Dashboard:
    """The dashboard with stand-ins where a `for_each` names functions."""

    def of(for_each: ForEach | None) -> ForEach | None:
        if for_each is None or for_each.kind != "function":
            return for_each
        return replace(for_each, names=tuple(marks.get(name, name) for name in for_each.names))

    def widget(each: Widget) -> Widget:
        return replace(each, for_each=of(each.for_each))

    def row(each: Row) -> Row:
        return replace(each, for_each=of(each.for_each), widgets=tuple(map(widget, each.widgets)))

    def alarm(each: Alarm) -> Alarm:
        return replace(each, for_each=of(each.for_each))

    return replace(dashboard, rows=tuple(map(row, dashboard.rows)), alarms=tuple(map(alarm, dashboard.alarms)))


def _merged(real: object, marked: object, gaps: Mapping[str, Parts]) -> Tree:
    """The real value, with gaps wherever they give back exactly what is there."""
    if isinstance(real, dict) and isinstance(marked, dict):
        return {key: _merged(item, marked.get(key), gaps) for key, item in real.items()}
    if isinstance(real, list) and isinstance(marked, list) and len(real) == len(marked):
        return [_merged(one, other, gaps) for one, other in zip(real, marked, strict=True)]
    if isinstance(real, str) and isinstance(marked, str):
        text = gapped(marked, gaps)
        if isinstance(text, Text) and text.plain == real:
            return text
    return real
