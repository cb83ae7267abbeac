"""Intrinsic functions, as far as a template alone can answer them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from insightctl.dashboards.stacks.model import Known, Template

_GAP = re.compile(r"\$\{(!?)([^}]*)\}")
_MOST = 10_000  # characters; a name is shorter, and Fn::Sub inside of Fn::Sub can grow without end


class Answers:
    """Texts, conditions and references of one template."""

    def __init__(self, template: Template, known: Known) -> None:
        self._template = template
        self._known = known
        self._ids = frozenset(each.logical for each in template.resources)
        self._pseudo = {"AWS::StackName": known.stack, "AWS::Region": known.region, "AWS::AccountId": known.account}
        self._asked: set[str] = set()

    def text(self, value: Any) -> str | None:
        """A value as text; None when the template does not say it."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str | int | float):
            return str(value)
        if not isinstance(value, dict) or len(value) != 1:
            return None
        ((function, given),) = value.items()
        answer = getattr(self, _METHODS.get(function, ""), None)
        try:
            return answer(given) if answer else None
        except RecursionError:  # nobody names a resource by a thousand functions in each other
            return None

    def value(self, value: Any) -> Any:
        """A value with `Fn::If` decided at its top; texts and structures are left as they are."""
        while isinstance(value, dict) and set(value) == {"Fn::If"} and _is_list(value["Fn::If"], 3):
            condition, yes, no = value["Fn::If"]
            value = no if self.holds(condition) is False else yes
        return None if value == {"Ref": "AWS::NoValue"} else value

    def target(self, value: Any) -> str | None:
        """The logical id of the resource that a value names or takes its ARN from; None when it is no resource here."""
        value = self.value(value)
        if isinstance(value, dict) and len(value) == 1:
            ((function, given),) = value.items()
            if function in ("Ref", "Fn::GetAtt"):
                name = given if isinstance(given, str) else given[0] if isinstance(given, list) and given else None
                name = str(name).partition(".")[0]
                return name if name in self._ids else None
            if function in ("Fn::Sub", "Fn::Join"):
                return self._only_one(given)
        return None

    def holds(self, condition: Any) -> bool | None:
        """Whether a condition holds with the parameters known; None when that cannot be told."""
        if isinstance(condition, str):
            if condition in self._asked or condition not in self._template.conditions:
                return None
            self._asked.add(condition)
            try:
                return self.holds(self._template.conditions[condition])
            finally:
                self._asked.discard(condition)
        if not isinstance(condition, dict) or len(condition) != 1:
            return None
        ((function, given),) = condition.items()
        if function == "Condition":
            return self.holds(given)
        if function == "Fn::Equals" and _is_list(given, 2):
            one, other = self.text(given[0]), self.text(given[1])
            return None if one is None or other is None else one == other
        if function == "Fn::Not" and _is_list(given, 1):
            inner = self.holds(given[0])
            return None if inner is None else not inner
        if function in ("Fn::And", "Fn::Or") and isinstance(given, list):
            return self._several([self.holds(each) for each in given], any_=function == "Fn::Or")
        return None

    def _several(self, answers: list[bool | None], *, any_: bool) -> bool | None:
        if any_ in answers:
            return any_
        return None if None in answers else not any_

    def _only_one(self, given: Any) -> str | None:
        """The one resource in the texts of Fn::Sub or Fn::Join."""
        text = str(given)
        found = {match[2].partition(".")[0] for match in _GAP.finditer(text) if not match[1]}
        found |= set(re.findall(r"'(?:Ref|Fn::GetAtt)': \[?'([A-Za-z0-9]+)", text))
        here = found & self._ids
        return here.pop() if len(here) == 1 else None

    def _ref(self, name: Any) -> str | None:
        if not isinstance(name, str):
            return None
        if name in self._pseudo:
            return self._pseudo[name]
        if name == "AWS::Partition":
            return "aws"
        if name in self._known.parameters:
            return self._known.parameters[name]
        if name in self._template.parameters:
            default = self._template.parameters[name]
            return str(default) if isinstance(default, str | int | float) else None
        if name in self._ids:
            return self._of_resource(name)
        return None

    def _of_resource(self, name: str) -> str | None:
        """The physical id of a resource: of the live stack, or where the template names it."""
        if name in self._known.names:
            return self._known.names[name]
        if name in self._asked:
            return None
        from insightctl.dashboards.stacks.kinds import NAME_KEYS

        resource = next(each for each in self._template.resources if each.logical == name)
        self._asked.add(name)
        try:
            key = NAME_KEYS.get(resource.type)
            return self.text(self.value(resource.properties.get(key))) if key else None
        finally:
            self._asked.discard(name)

    def _attribute(self, given: Any) -> str | None:
        """Of attributes only names can be told: `GetAtt Orders.QueueName`."""
        parts = given if isinstance(given, list) else str(given).split(".", 1)
        if len(parts) == 2 and isinstance(parts[1], str) and parts[1].endswith("Name") and parts[0] in self._ids:
            return self._of_resource(parts[0])
        return None

    def _sub(self, given: Any) -> str | None:
        text, own = (
            (given, {}) if isinstance(given, str) else (given[0], given[1]) if _is_list(given, 2) else (None, {})
        )
        if not isinstance(text, str) or not isinstance(own, Mapping) or len(text) > _MOST:
            return None
        parts: list[str] = []
        at = 0
        for gap in _GAP.finditer(text):
            parts.append(text[at : gap.start()])
            at = gap.end()
            if gap[1]:
                parts.append(f"${{{gap[2]}}}")
                continue
            name = gap[2].strip()
            filled = self.text(own[name]) if name in own else self._attribute(name) if "." in name else self._ref(name)
            if filled is None:
                return None
            parts.append(filled)
        made = "".join([*parts, text[at:]])
        return made if len(made) <= _MOST else None

    def _join(self, given: Any) -> str | None:
        if not _is_list(given, 2) or not isinstance(given[1], list):
            return None
        texts = [self.text(self.value(each)) for each in given[1]]
        if any(text is None for text in texts):
            return None
        return str(given[0]).join(text for text in texts if text is not None)[:_MOST]

    def _in_map(self, given: Any) -> str | None:
        if not isinstance(given, list) or len(given) < 3:
            return None
        keys = [self.text(each) for each in given[:3]]
        found: Any = self._template.mappings
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) and key is not None else None
        return self.text(found)

    def _if(self, given: Any) -> str | None:
        return self.text(self.value({"Fn::If": given}))

    def _select(self, given: Any) -> str | None:
        if not _is_list(given, 2):
            return None
        index, items = self.text(given[0]), given[1]
        if isinstance(items, dict) and _is_list(items.get("Fn::Split"), 2):
            text = self.text(items["Fn::Split"][1])
            items = text.split(str(items["Fn::Split"][0])) if text is not None else None
        if not isinstance(items, list) or index is None or not index.isdecimal() or int(index) >= len(items):
            return None
        return self.text(items[int(index)])


_METHODS = {
    "Ref": "_ref",
    "Fn::GetAtt": "_attribute",
    "Fn::Sub": "_sub",
    "Fn::Join": "_join",
    "Fn::FindInMap": "_in_map",
    "Fn::If": "_if",
    "Fn::Select": "_select",
}


def _is_list(value: Any, length: int) -> bool:
    return isinstance(value, list) and len(value) == length
