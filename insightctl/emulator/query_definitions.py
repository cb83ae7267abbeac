"""PutQueryDefinition, DescribeQueryDefinitions and DeleteQueryDefinition; StartQuery looks `$Name(...)` up here.

Limits are those of botocore's model (2026) and of the page "Save and re-run queries" of the user guide.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from insightctl.emulator.errors import InvalidParameter, LimitExceeded, ResourceNotFound
from insightctl.emulator.paging import page
from insightctl.emulator.wire import Call
from insightctl.ql.saved import MAX_PARAMETERS, SavedText, placeholders

MAX_DEFINITIONS = 1000  # of an account in a region
_LANGUAGES = ("CWLI", "SQL", "PPL")
_MAX_NAME, _MAX_TEXT, _MAX_ID, _PAGE = 255, 10_000, 256, 1000
_MAX_PARAMETER_NAME, _MAX_DEFAULT, _MAX_DESCRIPTION = 128, 1024, 512
_PARAMETER_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_GROUP_NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query definition."""

    name: str
    default: str | None = None
    description: str | None = None

    def described(self) -> dict[str, str]:
        """As the API shows it."""
        members = {"name": self.name, "defaultValue": self.default, "description": self.description}
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True, slots=True)
class QueryDefinition:
    """A saved query; `modified_ms` in epoch ms."""

    name: str
    text: str
    language: str
    groups: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    modified_ms: int
    id: str = ""

    def described(self) -> dict[str, object]:
        """As DescribeQueryDefinitions shows it."""
        described: dict[str, object] = {
            "queryLanguage": self.language,
            "queryDefinitionId": self.id,
            "name": self.name,
            "queryString": self.text,
            "lastModified": self.modified_ms,
            "logGroupNames": list(self.groups),
        }
        if self.parameters:
            described["parameters"] = [parameter.described() for parameter in self.parameters]
        return described


class SavedQueries:
    """All query definitions of all regions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._regions: dict[str, dict[str, QueryDefinition]] = {}
        self._tokens: dict[tuple[str, str], str] = {}

    def all(self, region: str) -> list[QueryDefinition]:
        """The definitions of a region by name."""
        with self._lock:
            return sorted(self._regions.get(region, {}).values(), key=lambda definition: definition.name)

    def text(self, region: str, name: str) -> SavedText | None:
        """What StartQuery fills in for `$Name(...)`; None when there is no such definition in Logs Insights QL."""
        for definition in self.all(region):
            if definition.name == name and definition.language == "CWLI":
                return SavedText(name, definition.text, {p.name: p.default for p in definition.parameters})
        return None

    def create(self, region: str, definition: QueryDefinition, token: str | None) -> str:
        """The id of a new definition; a token that came before gives the id of that time: its answer got lost.

        Raises InvalidParameter when the name is taken, LimitExceeded.
        """
        with self._lock:
            kept = self._regions.setdefault(region, {})
            before = self._tokens.get((region, token)) if token else None
            if before is not None and before in kept:
                return before
            _refuse_taken(kept, definition.name, None)
            if len(kept) >= MAX_DEFINITIONS:
                raise LimitExceeded(f"An account has at most {MAX_DEFINITIONS} query definitions in a region")
            made = replace(definition, id=str(uuid.uuid4()))
            kept[made.id] = made
            if token:
                self._tokens[region, token] = made.id
            return made.id

    def update(self, region: str, definition: QueryDefinition, given: str) -> None:
        """Put a definition in the place of another. Raises ResourceNotFound, InvalidParameter when the name is taken."""
        with self._lock:
            kept = self._regions.setdefault(region, {})
            if given not in kept:
                raise _missing(given)
            _refuse_taken(kept, definition.name, given)
            kept[given] = replace(definition, id=given)

    def delete(self, region: str, given: str) -> None:
        """Forget a definition. Raises ResourceNotFound."""
        with self._lock:
            if self._regions.get(region, {}).pop(given, None) is None:
                raise _missing(given)


class QueryDefinitions:
    """Answers the calls about query definitions; `now_ms` is the clock."""

    def __init__(self, saved: SavedQueries, now_ms: Callable[[], int]) -> None:
        self._saved = saved
        self._now_ms = now_ms

    def put_query_definition(self, call: Call) -> dict[str, object]:
        """PutQueryDefinition: a new one, or in the place of the one whose id is given."""
        definition, given = self._read(call), call.text("queryDefinitionId")
        if given is None:
            given = self._saved.create(call.region, definition, call.text("clientToken"))
        else:
            self._saved.update(call.region, definition, given)
        return {"queryDefinitionId": given}

    def describe_query_definitions(self, call: Call) -> dict[str, object]:
        """DescribeQueryDefinitions, by name."""
        prefix, language = call.text("queryDefinitionNamePrefix") or "", _language(call)
        kept = self._saved.all(call.region)
        found = [d for d in kept if d.name.startswith(prefix) and language in (None, d.language)]
        shown, token = page(call, found, default=_PAGE, most=_PAGE)
        return {"queryDefinitions": [definition.described() for definition in shown], "nextToken": token}

    def delete_query_definition(self, call: Call) -> dict[str, object]:
        """DeleteQueryDefinition."""
        given = call.required("queryDefinitionId")
        self._saved.delete(call.region, call.no_longer("queryDefinitionId", given, _MAX_ID))
        return {"success": True}

    def _read(self, call: Call) -> QueryDefinition:
        name = call.no_longer("name", call.required("name"), _MAX_NAME)
        text = call.no_longer("queryString", call.required("queryString"), _MAX_TEXT)
        language = _language(call) or "CWLI"
        groups = call.texts("logGroupNames")
        for group in groups:
            if not _GROUP_NAME.fullmatch(group):
                rule = "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
                raise InvalidParameter.constraint("logGroupNames", group, rule)
        parameters = tuple(_parameters(call))
        if parameters and language != "CWLI":
            raise InvalidParameter("Parameters are only supported for CWLI query language")
        names = [parameter.name for parameter in parameters]
        if len(names) > MAX_PARAMETERS:
            raise InvalidParameter(f"Parameter count exceeds the maximum of {MAX_PARAMETERS}")
        if len(set(names)) < len(names):
            raise InvalidParameter("Duplicate parameter name")
        if lacking := [n for n in names if n not in placeholders(text)]:
            raise InvalidParameter(f"Required parameters not found in queryString: {', '.join(lacking)}")
        return QueryDefinition(name, text, language, groups, parameters, self._now_ms())


def _parameters(call: Call) -> Iterator[Parameter]:
    given = call.members.get("parameters")
    if given is None:
        return
    if not isinstance(given, list):
        raise InvalidParameter.constraint("parameters", given, "Member must be a list")
    for number, entry in enumerate(given, 1):
        where = f"parameters.{number}.member"
        if not isinstance(entry, dict):
            raise InvalidParameter.constraint(where, entry, "Member must be a structure")
        member = Call(call.operation, call.region, entry)
        name = call.no_longer(f"{where}.name", member.required("name"), _MAX_PARAMETER_NAME)
        if not _PARAMETER_NAME.fullmatch(name):
            rule = "Member must satisfy regular expression pattern: ^[a-zA-Z_][a-zA-Z0-9_]*"
            raise InvalidParameter.constraint(f"{where}.name", name, rule)
        default, description = member.text("defaultValue"), member.text("description")
        call.no_longer(f"{where}.defaultValue", default or "", _MAX_DEFAULT)
        call.no_longer(f"{where}.description", description or "", _MAX_DESCRIPTION)
        yield Parameter(name, default, description)


def _language(call: Call) -> str | None:
    language = call.text("queryLanguage")
    if language not in (None, *_LANGUAGES):
        rule = f"Member must satisfy enum value set: [{', '.join(_LANGUAGES)}]"
        raise InvalidParameter.constraint("queryLanguage", language, rule)
    return language


def _refuse_taken(kept: Mapping[str, QueryDefinition], name: str, given: str | None) -> None:
    """Two of one name would make `$Name()` mean either; the model's clientToken says that a repetition is refused."""
    if any(other.name == name and other.id != given for other in kept.values()):
        raise InvalidParameter(f"A query definition with the name '{name}' already exists")


def _missing(definition_id: str) -> ResourceNotFound:
    return ResourceNotFound(f"Query definition with ID '{definition_id}' does not exist.")
