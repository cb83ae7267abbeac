"""Parameter values as literals of the language, each of its type: no value can end a string or start a command."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from insightctl.core.errors import UsageError
from insightctl.library.spec import Param
from insightctl.ql import ast
from insightctl.ql.formatting import expression_text, name_text
from insightctl.ql.periods import better, unit_of
from insightctl.ql.regex import RegexRefused, translate

_PERIOD = re.compile(r"(\d{1,9})([A-Za-z]+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that may go into a query: made here only. `value` is what was given, for a template to decide by."""

    text: str
    value: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.text


def literal(param: Param, value: str) -> Literal:
    """The value as a literal of the parameter's type. Raises WrongValue saying what is wanted."""
    if param.choices and value not in param.choices:
        raise WrongValue(param, value, f"one of {', '.join(param.choices)}")
    return Literal(_text(param, value), value)


def _text(param: Param, value: str) -> str:
    match param.type:
        case "string" | "choice":
            return expression_text(ast.String(value))
        case "regex":
            return _regex(param, value)
        case "number" | "integer" | "price":
            return _number(param, value)
        case "duration":
            return _period(param, value)
        case "field":
            if not value.strip() or "`" in value or any(c < " " for c in value):
                raise WrongValue(param, value, "a field name")
            return name_text(value)


EXAMPLES = {
    "duration": "5m",
    "number": "99.5",
    "integer": "20",
    "regex": "time.?out",
    "field": "level",
    "string": "text",
    "choice": "text",
    "price": "0.05",
}


class WrongValue(UsageError):
    """A value that is not of its parameter's type; `reason` and `example` go without the option's name.

    `where` is the line of the parameter in its file.
    """

    def __init__(self, param: Param, value: str, wanted: str) -> None:
        option = param.option
        self.param = param
        self.reason = f"'{value}' is not {wanted}"
        self.example = param.choices[0] if param.choices else EXAMPLES[param.type]
        quote = "'" if param.type == "regex" else ""
        about = f"{param.help}: " if param.help else ""
        super().__init__(
            f"{option}: {self.reason}",
            where=param.place,
            remedy=f"{about}such as {option} {quote}{self.example}{quote}",
        )


def _regex(param: Param, value: str) -> str:
    try:
        translate(value)
    except RegexRefused as refused:
        raise WrongValue(param, value, f"a regular expression that the service runs: {refused.reason}") from None
    return expression_text(ast.Regex(value))


def _number(param: Param, value: str) -> str:
    pattern = re.compile(r"-?\d+") if param.type == "integer" else _NUMBER
    if not pattern.fullmatch(value.strip()):
        kinds = {"integer": "a whole number", "price": "a price in USD"}
        raise WrongValue(param, value, kinds.get(param.type, "a number"))
    number = float(value)
    if (param.min is not None and number < param.min) or (param.max is not None and number > param.max):
        low = "" if param.min is None else f" from {param.min:g}"
        high = "" if param.max is None else f" to {param.max:g}"
        raise WrongValue(param, value, f"a number{low}{high}")
    return value.strip()


def _period(param: Param, value: str) -> str:
    match = _PERIOD.fullmatch(value.strip())
    period = ast.Period(int(match[1]), match[2]) if match else None
    if period is None or unit_of(period) is None or period.amount < 1:
        raise WrongValue(param, value, "a duration such as 30s, 5m or 1h")
    if fix := better(period):
        # The service would silently cap it (bin(300s) is 60 s); the same time in a larger unit is what was meant.
        return fix
    return value.strip()
