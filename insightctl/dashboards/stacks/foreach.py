"""`Fn::ForEach` of the language extensions, written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LOOP = "Fn::ForEach::"
_MOST = 10_000  # resources; CloudFormation takes 500


def expanded(resources: Mapping[str, Any], parameters: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The resources with every loop written out, and a note for each whose collection is not in the template."""
    notes: list[str] = []
    made = _expanded(resources, parameters, notes)
    return made, tuple(dict.fromkeys(notes))


def _expanded(resources: Mapping[str, Any], parameters: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in resources.items():
        if name == "Fn::Transform":
            notes.append(
                "what the Fn::Transform in Resources makes is not in the template: once deployed, --stack NAME shows it"
            )
        elif name.startswith(_LOOP):
            found |= _loop(name.removeprefix(_LOOP), each, parameters, notes)
        else:
            found[name] = each
    return found


def _loop(name: str, loop: Any, parameters: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    if not (isinstance(loop, list) and len(loop) == 3 and isinstance(loop[0], str) and isinstance(loop[2], dict)):
        notes.append(f"Fn::ForEach::{name} is left out: it is [name, collection, {{ key: resource }}]")
        return {}
    identifier, collection, fragment = loop
    values = _collection(collection, parameters)
    if values is None:
        notes.append(f"Fn::ForEach::{name} is left out: what it goes through is not in the template")
        return {}
    found: dict[str, Any] = {}
    for value in values:
        made = _replaced(fragment, identifier, value)
        found |= _expanded(made, parameters, notes)
        if len(found) > _MOST:
            notes.append(f"Fn::ForEach::{name} makes more than {_MOST:,} resources: the rest is left out")
            break
    return found


def _collection(collection: Any, parameters: Mapping[str, Any]) -> list[str] | None:
    if isinstance(collection, dict) and isinstance(collection.get("Ref"), str):
        default = parameters.get(collection["Ref"])
        collection = default.split(",") if isinstance(default, str) else default
    if not isinstance(collection, list):
        return None
    found: list[str] = []
    for item in collection:
        if isinstance(item, dict):
            inner = _collection(item, parameters)
            if inner is None:
                return None
            found += inner
        else:
            found.append(str(item).strip())
    return found


def _replaced(value: Any, identifier: str, by: str) -> Any:
    if isinstance(value, str):
        letters = "".join(letter for letter in by if letter.isalnum())
        return value.replace(f"${{{identifier}}}", by).replace(f"&{{{identifier}}}", letters)
    if isinstance(value, dict):
        if value == {"Ref": identifier}:
            return by
        return {str(_replaced(key, identifier, by)): _replaced(item, identifier, by) for key, item in value.items()}
    return [_replaced(item, identifier, by) for item in value] if isinstance(value, list) else value
