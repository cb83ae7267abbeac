"""Runs the golden cases: every `[[case]]` of the .toml files beside this one (see README.md)."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result, Value
from insightctl.core.spelling import raw_timestamp
from insightctl.core.time import TimeRange, to_ms
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import QueryError, check, format_query, parse
from insightctl.ql.commands import COMMANDS
from insightctl.ql.functions import FUNCTIONS
from insightctl.ql.saved import SavedText, expand_calls

HERE = Path(__file__).parent
INPUTS: dict[str, str] = tomllib.loads((HERE / "inputs.toml").read_text("utf-8"))
KEYS = {
    "name",
    "query",
    "input",
    "columns",
    "rows",
    "unordered",
    "error",
    "warning",
    "groups",
    "lookups",
    "time",
    "saved",
}
MAIN = "/aws/lambda/case"


def _cases() -> list[Any]:
    found = []
    for file in sorted(HERE.glob("*.toml")):
        if file.name not in ("inputs.toml", "checks.toml"):
            for case in tomllib.loads(file.read_text("utf-8"))["case"]:
                found += [pytest.param(case, id=f"{file.stem}: {case['name']}")]
    return found


CASES = _cases()
ALL: list[dict[str, Any]] = [param.values[0] for param in CASES]


def shown(value: Value) -> object:
    """A cell as the cases spell it."""
    if value is None:
        return "(absent)"
    return raw_timestamp(value) if isinstance(value, datetime) else value


def spelled(rows: list[list[object]], *, unordered: bool) -> list[str]:
    """Rows as text, in which 1 and true differ and 1 and 1.0 do not."""
    plain = [[int(c) if isinstance(c, float) and c.is_integer() else c for c in row] for row in rows]
    texts = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in plain]
    return sorted(texts) if unordered else texts


def _written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(INPUTS.get(text, text).lstrip("\n"), encoding="utf-8")
    return file


def answer(case: dict[str, Any], folder: Path) -> Result:
    """What a case's query answers over what the case gives it to read."""
    sources = [LogSource(_written(folder, "case.log", case["input"]), MAIN if "groups" in case else None)]
    for number, (group, text) in enumerate(case.get("groups", {}).items()):
        sources.append(LogSource(_written(folder, f"group{number}.log", text), group))
    tables = {name: _written(folder, f"{name}.csv", text) for name, text in case.get("lookups", {}).items()}
    query = expand_calls(case["query"], lambda call: SavedText(call.name, case["saved"][call.name])).text
    time = TimeRange(*(to_ms(datetime.fromisoformat(moment)) for moment in case["time"])) if "time" in case else None
    chooses = query.lower().startswith("source")
    target = Target(log_groups=(MAIN,)) if "groups" in case and not chooses else Target()
    return LocalBackend(sources, lookups=tables).run(QueryJob(query, target, time))


def warnings(case: dict[str, Any]) -> list[str]:
    """What a case's answer comes with: one sentence or several."""
    told: str | list[str] = case.get("warning", [])
    return [told] if isinstance(told, str) else told


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    assert set(case) <= KEYS
    query = case["query"]
    if "error" in case:
        with pytest.raises(QueryError) as refused:
            check(query)
        assert str(refused.value) == case["error"].strip("\n")
        return
    result = answer(case, tmp_path)
    assert list(result.names) == case["columns"]
    unordered = case.get("unordered", False)
    assert spelled([[shown(v) for v in row] for row in result.rows], unordered=unordered) == spelled(
        case["rows"], unordered=unordered
    )
    assert list(result.warnings) == warnings(case)


@pytest.mark.parametrize("case", [param for param in CASES if "error" not in param.values[0]])
def test_formatting_keeps_the_meaning(case: dict[str, Any]) -> None:
    query, problems = parse(case["query"])
    text = format_query(query)
    again, further = parse(text)
    assert not problems
    assert not further
    assert again == query
    assert format_query(again) == text


def test_names_are_unique() -> None:
    names = [case["name"] for case in ALL]
    assert sorted(set(names)) == sorted(names)
    assert len(names) >= 200


KINDS = {"ordinary", "absent", "wrong", "boundary"}
"""What everything needs a case of: a usual value, one that is absent, of the wrong type, at the edge."""

NO_ARGUMENT = "it takes no argument"
READS_NO_VALUE = "it reads no value of an event"

WITHOUT: dict[str, tuple[set[str], str]] = {
    "function bin": ({"wrong"}, "its one argument is a period; anything else is refused: QL013, QL025 in errors.toml"),
    "function now": ({"absent", "wrong"}, NO_ARGUMENT),
    "function queryStartTime": ({"absent", "wrong"}, NO_ARGUMENT),
    "function queryEndTime": ({"absent", "wrong"}, NO_ARGUMENT),
    "function queryTimeRange": ({"absent", "wrong"}, NO_ARGUMENT),
    "command limit": ({"absent"}, READS_NO_VALUE),
    "command estimate": ({"absent", "wrong"}, f"{READS_NO_VALUE}, and it takes no argument"),
    "command source": ({"absent"}, f"{READS_NO_VALUE}, and a log group is there or is not read"),
}
"""Kinds that make no sense, and why."""

COMPARISONS, LOGIC, ARITHMETIC = "comparison", "and, or, not", "arithmetic"
OPERATORS: dict[str, tuple[str, str]] = {
    "=": (r"(?<![=!<>])=(?![=~])", COMPARISONS),
    "!=": (r"!=", COMPARISONS),
    "<": (r"<(?![=>])", COMPARISONS),
    "<=": (r"<=", COMPARISONS),
    ">": (r"(?<!<)>(?!=)", COMPARISONS),
    ">=": (r">=", COMPARISONS),
    "+": (r" \+ ", ARITHMETIC),
    "-": (r" - ", ARITHMETIC),
    "*": (r" \* ", ARITHMETIC),
    "/": (r" / ", ARITHMETIC),
    "%": (r" % ", ARITHMETIC),
    "^": (r" \^ ", ARITHMETIC),
    "and": (r"\band\b", LOGIC),
    "or": (r"\bor\b", LOGIC),
    "not": (r"\bnot\b(?! (like|in)\b)", LOGIC),
    "like": (r"(?<!not )\blike\b", "like"),
    "not like": (r"\bnot like\b", "like"),
    "=~": (r"=~", "=~"),
    "in": (r"(?<!not )\bin\b", "in"),
    "not in": (r"\bnot in\b", "in"),
}
"""Every operator: how a query writes it, and the name of the cases that it shares with its likes."""


def kinds(name: str, query: str, *, refused: bool = True) -> set[str]:
    """The kinds of the cases `NAME: KIND, ...` (`NAME: absent and wrong, ...`) whose query has what the name stands for."""
    found: set[str] = set()
    for case in ALL:
        start, _, rest = case["name"].partition(": ")
        if (
            start.lower() == name.lower()
            and ("rows" in case or refused)
            and re.search(query, case["query"], re.IGNORECASE)
        ):
            found |= KINDS & set(rest.partition(",")[0].split())
    return found


def missing(what: str, found: set[str]) -> set[str]:
    """The kinds without a case; one that was called senseless and has a case is told too."""
    return KINDS - WITHOUT.get(what, (set(), ""))[0] ^ found


@pytest.mark.parametrize("name", [function.name for function in FUNCTIONS.values()])
def test_every_function_has_a_case(name: str) -> None:
    """Inside an expression; behind a pipe and in front it is a command (unmask)."""
    inside = rf"(?<!\|)(?<!\| )(?<!^)\b{name}\("
    assert missing(f"function {name}", kinds(name, inside, refused=False)) == set()


@pytest.mark.parametrize("word", COMMANDS)
def test_every_command_has_a_case(word: str) -> None:
    """At the beginning of a command: of a query, a subquery, or behind a pipe."""
    info = COMMANDS[word]
    at = r"(?:^|[|(])\s*"
    assert any("rows" in case and re.search(rf"{at}{word}\b", case["query"], re.IGNORECASE) for case in ALL)
    spellings = "|".join((info.name, *info.aliases))
    assert missing(f"command {info.name.lower()}", kinds(info.name, rf"{at}({spellings})\b")) == set()


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_has_a_case(operator: str) -> None:
    written, shared = OPERATORS[operator]
    assert missing(f"operator {operator}", kinds(operator, written) | kinds(shared, written)) == set()


def test_what_needs_no_case_is_there_and_has_a_reason() -> None:
    known = {f"function {f.name}" for f in FUNCTIONS.values()} | {f"command {word}" for word in COMMANDS}
    assert set(WITHOUT) <= known
    assert all(without < KINDS and reason for without, reason in WITHOUT.values())
