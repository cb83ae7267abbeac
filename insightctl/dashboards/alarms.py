"""Alarms of a dashboard: each with its name, its ARN and what it watches, ready for an export or a widget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from insightctl.core.errors import UsageError
from insightctl.dashboards.fanout import each_of
from insightctl.dashboards.filling import Filler
from insightctl.dashboards.metric_rows import MetricRow, is_per_function, rows
from insightctl.dashboards.model import Alarm, Dashboard, ForEach, Names
from insightctl.dashboards.places import Origin
from insightctl.dashboards.problems_in import fail

_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


@dataclass(frozen=True, slots=True)
class NamedAlarm:
    """One alarm of one function. `rows` are metric rows as a body has them; the last one is watched.

    A single row that is a metric makes a plain alarm, more of them (hidden ones first) metric maths.
    """

    name: str
    alarm: Alarm
    rows: tuple[MetricRow, ...]
    description: str | None = None
    actions: tuple[str, ...] = ()


def named_alarms(
    dashboard: Dashboard, functions: Sequence[str], region: str, account: str | None = None
) -> tuple[NamedAlarm, ...]:
    """Every alarm that a dashboard defines, for these functions, in the order of the file.

    Raises UsageError: two alarms of one name, a metric that is about a function where there is none.
    """
    every = Names(tuple(functions) or dashboard.functions)
    found = tuple(made for alarm in dashboard.alarms for made in _named(dashboard, alarm, every, region, account))
    names = [each.name for each in found]
    for each in found:
        if names.count(each.name) > 1:
            remedy = 'an alarm of a metric of functions is one a function: name = "{function} errors"'
            raise fail(dashboard, each.alarm.origin, f"two alarms are called '{each.name}'", remedy, "name")
    return found


def arn(name: str, region: str, account: str) -> str:
    """The ARN of an alarm."""
    partition = next((each for start, each in _PARTITIONS if region.startswith(start)), "aws")
    return f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"


def arns(
    dashboard: Dashboard,
    wanted: Sequence[str],
    names: Names,
    region: str,
    account: str | None,
    origin: Origin,
    key: str,
) -> list[str]:
    """The ARNs of alarms by ARN, by the name of an existing one, or by the name in this file (one for each function).

    None wanted: every alarm of the file. Raises UsageError for a name where the account is not known.
    """
    defined = {alarm.name: alarm for alarm in dashboard.alarms}
    if not wanted and not defined:
        raise fail(dashboard, origin, "the dashboard defines no alarm", 'add [[alarm]], or alarms = ["name"]', key)
    found: list[str] = []
    for name in wanted or tuple(defined):
        if re.match(r"arn:[\w-]+:", name):
            found.append(name)
            continue
        if account is None:
            what = f"the alarm '{name}' is known by its ARN, for which the account must be known"
            raise fail(dashboard, origin, what, 'account = "123456789012" at the top of the file', key)
        found += [arn(each, region, account) for each in _names_of(dashboard, name, defined, names, region, account)]
    return found


def _names_of(
    dashboard: Dashboard, name: str, defined: dict[str, Alarm], names: Names, region: str, account: str | None
) -> list[str]:
    if name in defined:
        return [each.name for each in _named(dashboard, defined[name], names, region, account)]
    return [name]


def _named(dashboard: Dashboard, alarm: Alarm, every: Names, region: str, account: str | None) -> Iterator[NamedAlarm]:
    failing = partial(_failing, dashboard, alarm.origin)
    for_each = alarm.for_each or (ForEach("function") if is_per_function(alarm.metric) else None)
    for names in each_of(dashboard, for_each, every, alarm.origin):
        filler = Filler(names, region, account, failing)
        made = rows((alarm.metric,), filler, failing)
        if sum(1 for row in made if _is_shown(row)) > 1:
            raise failing(
                f"the alarm '{alarm.name}' watches {len(made)} lines at once",
                'name one statistic: metric = "Duration p99"',
            )
        actions = tuple(filler.text(action) for action in alarm.actions)
        yield NamedAlarm(filler.text(alarm.name), alarm, tuple(made), filler.maybe(alarm.description), actions)


def _is_shown(row: MetricRow) -> bool:
    return not (isinstance(row[-1], dict) and row[-1].get("visible") is False)


def _failing(dashboard: Dashboard, origin: Origin, what: str, remedy: str | None) -> UsageError:
    return fail(dashboard, origin, what, remedy)
