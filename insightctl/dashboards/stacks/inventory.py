"""From a template to its inventory: what has metrics, what it is called, and what feeds what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from insightctl.dashboards.stacks.intrinsics import Answers
from insightctl.dashboards.stacks.kinds import KINDS, NAME_KEYS, is_name, needs_no_word, of_arn, of_physical
from insightctl.dashboards.stacks.model import Inventory, Kind, Known, Resource, Template, Thing
from insightctl.dashboards.stacks.sam import api_events, event_sources, implicit_apis, with_globals

_NESTED = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")


def inventory(template: Template, known: Known) -> Inventory:
    """What a template holds, with the names of the live stack where they are known."""
    return _Taking(with_globals(template), known).take()


class _Taking:
    """One pass over the resources."""

    def __init__(self, template: Template, known: Known) -> None:
        self._template = template
        self._known = known
        self._answers = Answers(template, known)
        # of an ARN only the end is wanted, so that region and account need not be known
        anywhere = replace(known, region=known.region or "region", account=known.account or "0" * 12)
        self._arns = Answers(template, anywhere)
        self._things: dict[str, Thing] = {}
        self._feeds: list[tuple[str, str]] = []
        self._dead: set[str] = set()
        self._marked: dict[str, set[str]] = {"urls": set(), "asynchronous": set(), "provisioned": set()}
        self._left_out: Counter[str] = Counter()
        self._notes: list[str] = list(template.notes)

    def take(self) -> Inventory:
        """The inventory."""
        resources = [each for each in self._template.resources if self._is_made(each)]
        for each in resources:
            self._one(each)
        for logical, kind in implicit_apis(resources):
            self._things.setdefault(logical, self._api(logical, kind))
        for each in resources:
            self._wire(each)
        return Inventory(
            tuple(self._things.values()),
            tuple(dict.fromkeys(self._feeds)),
            frozenset(self._dead),
            frozenset(self._marked["urls"]),
            frozenset(self._marked["asynchronous"]),
            frozenset(self._marked["provisioned"]),
            dict(self._left_out),
            tuple(dict.fromkeys(self._notes)),
        )

    def _is_made(self, resource: Resource) -> bool:
        if self._known.names and resource.logical not in self._known.names:
            return resource.type.startswith("AWS::Serverless::")  # its parts have other logical ids
        if resource.condition is None or self._known.names or self._answers.holds(resource.condition) is not False:
            return True
        self._notes.append(
            f"{resource.logical} is left out: its condition {resource.condition} does not hold by default"
        )
        return False

    def _one(self, resource: Resource) -> None:
        kind = KINDS.get(resource.type)
        if kind == "http-api" and self._answers.text(resource.properties.get("ProtocolType")) == "WEBSOCKET":
            kind = "websocket-api"
        if kind is not None:
            self._things[resource.logical] = self._thing(resource, kind)
        elif resource.type in _NESTED:
            if not self._known.names:
                self._notes.append(
                    f"the nested stack {resource.logical} is another template: run it on that, or --stack NAME"
                )
        elif not needs_no_word(resource.type):
            self._left_out[resource.type] += 1

    def _thing(self, resource: Resource, kind: Kind) -> Thing:
        if kind == "rest-api":
            return self._api(resource.logical, kind, resource)
        physical = self._known.names.get(resource.logical)
        name = of_physical(kind, physical) if physical else self._written_name(resource)
        is_named = (
            name is not None and is_name(kind, name) and (kind not in ("http-api", "websocket-api") or bool(physical))
        )
        return Thing(
            kind,
            resource.logical,
            name if is_named and name else resource.logical,
            is_named,
            self._detail(resource, kind),
        )

    def _written_name(self, resource: Resource) -> str | None:
        key = NAME_KEYS.get(resource.type)
        return self._answers.text(self._answers.value(resource.properties.get(key))) if key else None

    def _detail(self, resource: Resource, kind: Kind) -> str | None:
        if kind == "rule":
            bus = resource.properties.get("EventBusName")
            target = self._answers.target(bus)
            name = self._answers.text(bus) or target
            name = name.rpartition("/")[2] if name else None
            return None if name == "default" else name
        if kind == "schedule":
            group = resource.properties.get("GroupName")
            return self._answers.text(group) or self._answers.target(group) or "default"
        if kind == "bucket":
            filters = self._answers.value(resource.properties.get("MetricsConfigurations"))
            first = filters[0] if isinstance(filters, list) and filters else None
            return self._answers.text(first.get("Id")) if isinstance(first, Mapping) else None
        return None

    def _api(self, logical: str, kind: Kind, resource: Resource | None = None) -> Thing:
        """Metrics of a REST API have its name, those of an HTTP API its id, which only the live stack knows.

        SAM calls a REST API as the stack (the title of the definition that it writes).
        """
        if kind == "http-api":
            physical = self._known.names.get(logical)
            return Thing(kind, logical, physical or logical, physical is not None)
        name = self._written_name(resource) if resource else None
        if name is None and resource is not None:
            body = self._answers.value(resource.properties.get("Body") or resource.properties.get("DefinitionBody"))
            info = body.get("info") if isinstance(body, Mapping) else None
            name = self._answers.text(info.get("title")) if isinstance(info, Mapping) else None
        if name is None and (resource is None or resource.type.startswith("AWS::Serverless::")):
            name = self._known.stack
        is_named = name is not None and is_name(kind, name)
        return Thing(kind, logical, name if is_named and name else logical, is_named)

    def _wire(self, resource: Resource) -> None:
        properties, logical = resource.properties, resource.logical
        if resource.type == "AWS::Lambda::EventSourceMapping":
            function = self._resource(properties.get("FunctionName"), "function")
            self._feed(self._resource(properties.get("EventSourceArn")), function)
        elif resource.type == "AWS::SNS::Subscription":
            self._feed(self._resource(properties.get("TopicArn"), "topic"), self._resource(properties.get("Endpoint")))
        elif resource.type == "AWS::Lambda::EventInvokeConfig":
            self._mark("asynchronous", self._resource(properties.get("FunctionName"), "function"))
        elif resource.type == "AWS::Lambda::Url":
            self._mark("urls", self._resource(properties.get("TargetFunctionArn"), "function"))
        elif resource.type == "AWS::Lambda::Alias" and properties.get("ProvisionedConcurrencyConfig"):
            self._mark("provisioned", self._resource(properties.get("FunctionName"), "function"))
        elif resource.type in ("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
            for target in _targets(properties):
                self._feed(logical, self._resource(target.get("Arn")))
        elif KINDS.get(resource.type) == "function":
            self._of_function(resource)
        for arn in _dead_letter_arns(properties):
            found = self._resource(arn)
            if found and self._things[found].kind == "queue":
                self._dead.add(found)

    def _of_function(self, resource: Resource) -> None:
        properties, logical = resource.properties, resource.logical
        for what, key in (("urls", "FunctionUrlConfig"), ("provisioned", "ProvisionedConcurrencyConfig")):
            if properties.get(key):
                self._mark(what, logical)
        for key in ("DeadLetterConfig", "DeadLetterQueue", "EventInvokeConfig"):
            if properties.get(key):
                self._mark("asynchronous", logical)
        for source in event_sources(resource):
            if source.made is not None:
                name = self._answers.text(source.name)
                made = Thing(source.made, source.logical, name or source.logical, name is not None, source.detail)
                self._things.setdefault(source.logical, made)
            self._feed(source.logical if source.made else self._resource(source.value), logical)
        for api, kind in api_events(resource):
            found = self._answers.target(api) if api is not None else None
            self._feed(found or ("ServerlessRestApi" if kind == "rest-api" else "ServerlessHttpApi"), logical)

    def _resource(self, value: Any, kind: Kind | None = None) -> str | None:
        """The logical id of what a value means; what is not in the template becomes a thing of its own by its ARN."""
        value = self._answers.value(value)
        target = self._answers.target(value)
        if target is not None:
            if target in self._things:
                return target
            return self._through(target)
        text = self._arns.text(value)
        if text is None:
            return None
        found = of_arn(text) or ((kind, text) if kind and is_name(kind, text) else None)
        if found is None:
            return None
        here = next((each.logical for each in self._things.values() if (each.kind, each.name) == found), None)
        if here is None:
            here = f"{found[0]} {found[1]}"
            self._things[here] = Thing(found[0], here, found[1])
        return here

    def _through(self, logical: str) -> str | None:
        """An alias or a version of a function is the function."""
        resource = next((each for each in self._template.resources if each.logical == logical), None)
        if resource and resource.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            return self._resource(resource.properties.get("FunctionName"), "function")
        return None

    def _feed(self, source: str | None, function: str | None) -> None:
        if source in self._things and function in self._things:
            self._feeds.append((str(source), str(function)))
            if self._things[str(source)].kind in ("rule", "topic", "schedule", "bucket"):
                self._mark("asynchronous", function)

    def _mark(self, what: str, logical: str | None) -> None:
        if logical is not None and logical in self._things and self._things[logical].kind == "function":
            self._marked[what].add(logical)


def _targets(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    given = properties.get("Targets") or [properties.get("Target")]
    yield from (each for each in given if isinstance(each, Mapping)) if isinstance(given, list) else ()


_DEAD_KEYS = ("deadLetterTargetArn", "DeadLetterConfig", "DeadLetterQueue", "OnFailure")
_MOST_DEPTH = 40


def _dead_letter_arns(value: Any, depth: int = 0) -> Iterator[Any]:
    """Where failures go, wherever the properties say it."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _DEAD_KEYS:
                yield from _dead_letter_arns(item, depth + 1)
            elif isinstance(item, Mapping) and not any(name.startswith(("Fn::", "Ref")) for name in item):
                yield from (item[name] for name in ("TargetArn", "Arn", "Destination") if name in item)
            else:
                yield item
    elif isinstance(value, list):
        for item in value:
            yield from _dead_letter_arns(item, depth + 1)
