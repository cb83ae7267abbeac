"""An account from a TOML or JSON file (docs/emulator.md)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from insightctl.core.errors import UsageError
from insightctl.core.time import to_ms
from insightctl.emulator.account.facts import (
    Account,
    Alias,
    Config,
    Function,
    Provisioned,
    Source,
    TrailEvent,
    Version,
)

_CONFIG = tuple(each.name for each in fields(Config))


def read_account(file: Path) -> Account:
    """The account that a file states. Raises UsageError naming the file and the key that is wrong."""
    try:
        text = file.read_text(encoding="utf-8")
        content = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except ValueError as error:
        raise UsageError(f"{file} is neither TOML nor JSON (.json): {error}") from None
    return account_from(content, str(file))


def account_from(content: object, where: str = "<account>") -> Account:
    """The account of `{"function": [...], "event": [...]}`. Raises UsageError."""
    top = _Table(content, where)
    top.only("function", "event", "concurrency")
    return Account(
        tuple(_function(one) for one in top.tables("function")),
        tuple(_event(one) for one in top.tables("event")),
        top.get("concurrency", int, 1000),
    )


class _Table:
    """A table of the file; `where` is its place in messages."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise UsageError("a table is needed", where=where)
        self.value: Mapping[str, Any] = value
        self.where = where

    def only(self, *known: str) -> None:
        for key in self.value:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"keys: {', '.join(known)}"
                raise UsageError(f"unknown key '{key}'", where=self.where, remedy=hint)

    def tables(self, key: str) -> list[_Table]:
        listed = self.value.get(key, [])
        if not isinstance(listed, list):
            raise UsageError(f"'{key}' is a list of tables", where=self.where, remedy=f"write [[{key}]]")
        return [_Table(one, f"{self.where}: {key}[{place}]") for place, one in enumerate(listed)]

    def get(self, key: str, kind: type | tuple[type, ...], default: object = ...) -> Any:
        value = self.value.get(key, default)
        if value is ...:
            raise UsageError(f"'{key}' is missing", where=self.where)
        if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            names = [k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,))]
            raise UsageError(f"'{key}' has to be {' or '.join(names)}, not {value!r}", where=self.where)
        return value

    def moment(self, key: str) -> int:
        value = self.get(key, (str, int, datetime))
        if isinstance(value, int):
            return value
        try:
            return to_ms(value if isinstance(value, datetime) else datetime.fromisoformat(value))
        except ValueError:
            raise UsageError(
                f"'{key}': '{value}' is no time", where=self.where, remedy="2026-11-23T10:00:00Z"
            ) from None


def _config(table: _Table, base: Config) -> Config:
    kinds: dict[str, Callable[[], object]] = {
        "memory_mb": lambda: table.get("memory_mb", int),
        "timeout_s": lambda: table.get("timeout_s", int),
        "environment": lambda: {k: str(v) for k, v in table.get("environment", dict).items()},
        "layers": lambda: tuple(map(str, table.get("layers", list))),
    }
    given = {name: kinds.get(name, lambda name=name: table.get(name, str))() for name in _CONFIG if name in table.value}
    return Config(**{**{name: getattr(base, name) for name in _CONFIG}, **given})


def _function(table: _Table) -> Function:
    table.only(
        *("name", "modified", "version", "alias", "provisioned", "source", "reserved", "tags", "policy"), *_CONFIG
    )
    config = _config(table, Config())
    policy = table.get("policy", (str, dict), None)
    return Function(
        table.get("name", str),
        table.moment("modified"),
        config,
        tuple(_version(one, config) for one in table.tables("version")),
        tuple(_alias(one) for one in table.tables("alias")),
        table.get("reserved", int, None),
        tuple(_provisioned(one) for one in table.tables("provisioned")),
        tuple(_source(one) for one in table.tables("source")),
        {key: str(value) for key, value in table.get("tags", dict, {}).items()},
        json.dumps(policy) if isinstance(policy, dict) else policy,
    )


def _version(table: _Table, base: Config) -> Version:
    table.only("version", "modified", *_CONFIG)
    return Version(str(table.get("version", (str, int))), table.moment("modified"), _config(table, base))


def _alias(table: _Table) -> Alias:
    table.only("name", "version", "weights", "description")
    weights = {str(key): float(value) for key, value in table.get("weights", dict, {}).items()}
    version = str(table.get("version", (str, int)))
    return Alias(table.get("name", str), version, weights, table.get("description", str, ""))


def _provisioned(table: _Table) -> Provisioned:
    table.only("qualifier", "requested", "allocated", "modified")
    requested = table.get("requested", int)
    qualifier = str(table.get("qualifier", (str, int)))
    return Provisioned(qualifier, requested, table.get("allocated", int, requested), table.moment("modified"))


def _source(table: _Table) -> Source:
    table.only("arn", "state", "batch_size", "alias", "bisect", "retries", "on_failure")
    return Source(
        table.get("arn", str),
        table.get("state", str, "Enabled"),
        table.get("batch_size", int, 10),
        table.get("alias", str, None),
        table.get("bisect", bool, None),
        table.get("retries", int, None),
        table.get("on_failure", str, None),
    )


def _event(table: _Table) -> TrailEvent:
    known = ("name", "at", "user", "source", "request", "response", "resource", "read_only", "error", "region")
    table.only(*known)
    return TrailEvent(
        table.get("name", str),
        table.moment("at"),
        table.get("user", str, "deployer"),
        table.get("source", str, "lambda.amazonaws.com"),
        table.get("request", dict, {}),
        table.get("response", dict, None),
        table.get("resource", str, None),
        table.get("read_only", bool, False),
        table.get("error", str, None),
        table.get("region", str, None),
    )


__all__: Sequence[str] = ["account_from", "read_account"]
