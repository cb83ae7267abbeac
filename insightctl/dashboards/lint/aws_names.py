"""Regions, accounts and ARNs in a body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body
from insightctl.dashboards.lint.templates import is_template
from insightctl.dashboards.rules.node import Node

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d{1,2}")
_ACCOUNT = re.compile(r"\d{12}")
_ALARM = re.compile(r"arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+", re.S)
_FUNCTION = re.compile(r"arn:aws[a-z-]*:(?:lambda:[a-z0-9-]+:\d{12}:function:.+|ssm:.+)", re.S)
_ACCOUNT_IN_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")


def regions(body: Body) -> Iterator[Found]:
    """Regions that are none."""
    patterns = _patterns(body)
    for node in _of_key(body, "region"):
        text = node.text
        if text is None or _REGION.fullmatch(text) or is_template(text) or text in patterns:
            continue
        yield Found("DL032", node.path, f"'{text}' is no region", "such as eu-west-1")


def accounts(body: Body) -> Iterator[Found]:
    """Accounts that are none, and accounts that are written into the body (told once each)."""
    varied = {v.get("property").text for v in body.get("variables").items()}
    patterns = _patterns(body)
    seen: dict[str, tuple[str, int]] = {}
    for node in _of_key(body, "accountId"):
        text = node.text
        if text is None or is_template(text) or text in patterns:
            continue
        if not _ACCOUNT.fullmatch(text) and text not in ("LOCAL", "All", "all"):
            yield Found("DL033", node.path, f"'{text}' is no account: 12 digits")
        elif "accountId" not in varied and _ACCOUNT.fullmatch(text):
            seen[text] = (seen.get(text, (node.path, 0))[0], seen.get(text, ("", 0))[1] + 1)
    for node in _arns(body):
        match = _ACCOUNT_IN_ARN.match(node.text or "")
        if match and match[1] not in patterns:
            seen[match[1]] = (seen.get(match[1], (node.path, 0))[0], seen.get(match[1], ("", 0))[1] + 1)
    for account, (path, times) in seen.items():
        message = f"the account {account} is written into the body{f', {times} times' if times > 1 else ''}"
        yield Found("DL062", path, message, "a variable ('property': 'accountId'), or a parameter of the template")


def arns(body: Body) -> Iterator[Found]:
    """Alarms and functions that are not named by their ARN."""
    for node in _alarms(body):
        if node.text is not None and not _ALARM.fullmatch(node.text) and not is_template(node.text):
            help_ = "arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME"
            yield Found("DL034", node.path, "an alarm is named by its ARN", help_)
    for _, properties in body.widgets("custom"):
        endpoint = properties.get("endpoint")
        if endpoint.text is not None and not _FUNCTION.fullmatch(endpoint.text) and not is_template(endpoint.text):
            help_ = "arn:aws:lambda:REGION:ACCOUNT:function:NAME"
            yield Found("DL034", endpoint.path, "the endpoint is the ARN of a function", help_, "warning")


def repeated_alarms(body: Body) -> Iterator[Found]:
    """An alarm that an alarm widget shows twice."""
    for _, properties in body.widgets("alarm"):
        seen: set[object] = set()
        for node in properties.get("alarms").items():
            if node.text is not None and node.text in seen:
                yield Found("DL045", node.path, "this alarm is in the widget already", None, "warning")
            seen.add(node.text)


def _patterns(body: Body) -> Sequence[str]:
    return [v.get("pattern").text or "" for v in body.get("variables").items() if v.get("type").value == "pattern"]


def _of_key(body: Body, key: str) -> Iterator[Node]:
    """Values of a key in widgets' properties and in the options of metrics."""
    for widget in body.get("widgets").items():
        if widget.get("properties").has(key):
            yield widget.get("properties").get(key)
    for shown in body.metric_widgets:
        for row in shown.rows:
            if row.options.has(key):
                yield row.options.get(key)


def _alarms(body: Body) -> Iterator[Node]:
    for _, properties in body.widgets("alarm"):
        yield from properties.get("alarms").items()
    for _, properties in body.widgets("metric"):
        yield from properties.get("annotations").get("alarms").items()


def _arns(body: Body) -> Iterator[Node]:
    yield from _alarms(body)
    for _, properties in body.widgets("custom"):
        yield properties.get("endpoint")
