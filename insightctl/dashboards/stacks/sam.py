"""What SAM adds: globals, and the events of functions ("AWS Serverless Application Model", resource reference)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from insightctl.dashboards.stacks.model import Kind, Resource, Template

_SOURCES: Mapping[str, str] = {
    "SQS": "Queue",
    "Kinesis": "Stream",
    "DynamoDB": "Stream",
    "SNS": "Topic",
    "S3": "Bucket",
}
_RULES = ("Schedule", "EventBridgeRule", "CloudWatchEvent")
_GLOBAL = {
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::HttpApi": "HttpApi",
}


class Source(NamedTuple):
    """What feeds a function: the resource that `value` names, or one that SAM makes (`made`), called `name`."""

    logical: str
    value: Any = None
    made: Kind | None = None
    name: Any = None
    detail: str | None = None


def with_globals(template: Template) -> Template:
    """The template with its Globals in every resource that they are for."""
    if not template.globals:
        return template
    merged = (
        replace(each, properties=_merged(template.globals.get(_GLOBAL.get(each.type, "")), each.properties))
        for each in template.resources
    )
    return replace(template, resources=tuple(merged))


def _merged(base: Any, own: Any) -> Any:
    """SAM's rule: maps are merged, lists joined, all else replaced ("Globals section", "Overridable properties")."""
    if base is None:
        return own
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        return {**base, **{key: _merged(base.get(key), item) for key, item in own.items()}}
    return [*base, *own] if isinstance(base, list) and isinstance(own, list) else own


def event_sources(function: Resource) -> Iterator[Source]:
    """What feeds a function of SAM, but for APIs."""
    for name, kind, properties in _events(function):
        logical = f"{function.logical}{name}"
        if kind in _SOURCES:
            yield Source(logical, properties.get(_SOURCES[kind]))
        elif kind in _RULES:
            bus = properties.get("EventBusName")
            detail = bus if isinstance(bus, str) and bus != "default" else None
            yield Source(logical, made="rule", name=properties.get("Name") or properties.get("RuleName"), detail=detail)
        elif kind == "ScheduleV2":
            group = properties.get("GroupName")
            detail = group if isinstance(group, str) else "default"
            yield Source(logical, made="schedule", name=properties.get("Name"), detail=detail)


def api_events(function: Resource) -> Iterator[tuple[Any, Kind]]:
    """The APIs that call a function: what names the API (None: the one that SAM makes), and its kind."""
    for _, kind, properties in _events(function):
        if kind == "Api":
            yield properties.get("RestApiId"), "rest-api"
        elif kind == "HttpApi":
            yield properties.get("ApiId"), "http-api"


def implicit_apis(resources: Sequence[Resource]) -> Iterator[tuple[str, Kind]]:
    """The APIs that SAM makes itself, because a function has an event of one that the template does not define."""
    found = {kind for each in resources for api, kind in api_events(each) if api is None}
    if "rest-api" in found:
        yield "ServerlessRestApi", "rest-api"
    if "http-api" in found:
        yield "ServerlessHttpApi", "http-api"


def _events(function: Resource) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    events = function.properties.get("Events") if function.type == "AWS::Serverless::Function" else None
    for name, each in events.items() if isinstance(events, Mapping) else ():
        if isinstance(each, Mapping) and isinstance(each.get("Type"), str):
            properties = each.get("Properties")
            yield str(name), each["Type"], properties if isinstance(properties, Mapping) else {}
