"""What a template or a live stack holds, as far as a dashboard cares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal[
    "function",
    "queue",
    "stream",
    "table",
    "rest-api",
    "http-api",
    "websocket-api",
    "state-machine",
    "topic",
    "rule",
    "bus",
    "schedule",
    "pipe",
    "bucket",
]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a template. `properties` are as written, with intrinsic functions in their long form.

    `line` counts from 1; None where the template is JSON or came from CloudFormation.
    """

    logical: str
    type: str
    properties: Mapping[str, object] = field(default_factory=dict)
    condition: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A template read: its parts as written. `notes` are what could not be read."""

    file: str
    resources: tuple[Resource, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    mappings: Mapping[str, object] = field(default_factory=dict)
    conditions: Mapping[str, object] = field(default_factory=dict)
    globals: Mapping[str, object] = field(default_factory=dict)
    is_sam: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the template. `names` are physical ids by logical ids, of the live stack."""

    stack: str | None = None
    region: str | None = None
    account: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource that has metrics. `name` is what its dimension holds; the logical id where `is_named` is False.

    `detail` is one more dimension's value: the bus of a rule, the group of a schedule, the filter of a bucket's metrics.
    """

    kind: Kind
    logical: str
    name: str
    is_named: bool = True
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The things of a stack, and what is wired to what.

    `feeds` are pairs (logical id of a source, of a function). `dead_letters` are queues that hold what failed,
    `urls` functions with a URL, `asynchronous` functions with a failure destination or a dead-letter target,
    `provisioned` functions with provisioned concurrency: all by logical id. `left_out` counts types that have no widget.
    """

    things: tuple[Thing, ...] = ()
    feeds: tuple[tuple[str, str], ...] = ()
    dead_letters: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    asynchronous: frozenset[str] = frozenset()
    provisioned: frozenset[str] = frozenset()
    left_out: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def of(self, *kinds: Kind) -> tuple[Thing, ...]:
        """The things of these kinds, in the order of the template, each name once."""
        found = {(thing.kind, thing.name): thing for thing in reversed(self.things) if thing.kind in kinds}
        return tuple(reversed(found.values()))

    def joined(self, other: Inventory) -> Inventory:
        """Both together: a stack and one nested in it."""
        counts = dict(self.left_out)
        for name, count in other.left_out.items():
            counts[name] = counts.get(name, 0) + count
        return replace(
            self,
            things=self.things + other.things,
            feeds=self.feeds + other.feeds,
            dead_letters=self.dead_letters | other.dead_letters,
            urls=self.urls | other.urls,
            asynchronous=self.asynchronous | other.asynchronous,
            provisioned=self.provisioned | other.provisioned,
            left_out=counts,
            notes=tuple(dict.fromkeys(self.notes + other.notes)),
        )
