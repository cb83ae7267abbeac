"""`{function}`, `{region}` and the like in texts of a definition."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from insightctl.core.errors import UsageError
from insightctl.dashboards.model import Names

PLACEHOLDERS = ("function", "functions", "alias", "version", "region", "account")
_PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")

Fail = Callable[[str, str | None], UsageError]
"""Makes the error for a widget: what is wrong, and the remedy."""


class Filler:
    """Fills the texts of one widget, with its functions, region and account."""

    def __init__(self, names: Names, region: str, account: str | None, fail: Fail) -> None:
        self.names = names
        self._region = region
        self._account = account
        self._fail = fail

    def of(self, names: Names) -> Filler:
        """The same for other names."""
        return Filler(names, self._region, self._account, self._fail)

    def text(self, text: str) -> str:
        """The text with every placeholder filled in. Raises UsageError when one has no value here."""
        return _PLACEHOLDER.sub(lambda match: self._value(match[1]), text) if "{" in text else text

    def maybe(self, text: str | None) -> str | None:
        """The text filled in, None when there is none."""
        return None if text is None else self.text(text)

    def json(self, value: object) -> Any:
        """Every text in a JSON value filled in; keys stay as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.json(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(item) for item in value]
        return value

    def _value(self, name: str) -> str:
        names = self.names
        if name == "functions":
            return ", ".join(names.functions)
        if name == "function":
            return self._function()
        value = {"alias": names.alias, "version": names.version, "region": self._region, "account": self._account}[name]
        if value is None:
            remedy = f'for_each = {{ {name} = ["..."] }}' if name != "account" else 'account = "123456789012"'
            raise self._fail(f"'{{{name}}}': there is no {name} here", remedy)
        return value

    def _function(self) -> str:
        functions = self.names.functions
        if len(functions) == 1:
            return functions[0]
        if not functions:
            raise self._fail("'{function}': of which function?", "name it: -f checkout (repeat it for more)")
        raise self._fail(
            f"'{{function}}': which of {', '.join(functions)}?",
            'for_each = "function" repeats it, {functions} names all',
        )
