"""Reads query files: TOML front matter between `+++` lines, then the template."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources.abc import Traversable
from typing import Literal, cast, get_args

from insightctl.core.errors import UsageError
from insightctl.core.view import View
from insightctl.library.data import data_files
from insightctl.library.spec import Param, ParamType, QuerySpec, Severity, Threshold

_WHEN = re.compile(r"(\w+)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_KEYS = {"title", "question", "aliases", "tags", "view", "read", "next", "params", "thresholds", "see"}
_PARAM_KEYS = {"type", "default", "help", "choices", "min", "max"}


@cache
def load_all() -> tuple[QuerySpec, ...]:
    """Every query of the library, by group and name. Raises UsageError for a file that is wrong."""
    specs = [parse_file(text, group, name, path) for group, name, path, text in _texts(data_files("queries"))]
    return tuple(sorted(specs, key=lambda s: (s.group, s.name)))


def load(name: str) -> QuerySpec:
    """The query of this name or alias. Raises UsageError with the nearest name when there is none."""
    spec = find(name)
    if spec is not None:
        return spec
    near = nearest(name)
    remedy = f"did you mean '{near}'?" if near else "'insightctl query' lists them"
    raise UsageError(f"there is no query '{name}'", remedy=remedy)


def find(name: str) -> QuerySpec | None:
    """The query of this name or alias; None when there is none."""
    return next((spec for spec in load_all() if name == spec.name or name in spec.aliases), None)


def nearest(name: str) -> str | None:
    """The name or alias that was probably meant, if one is close enough."""
    import difflib

    names = [n for spec in load_all() for n in (spec.name, *spec.aliases)]
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.5)), None)


def _texts(root: Traversable) -> Iterator[tuple[str, str, str, str]]:
    for folder in root.iterdir():
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            for file in folder.iterdir():
                if file.name.endswith(".ql"):
                    path = f"queries/{folder.name}/{file.name}"
                    yield folder.name, file.name.removesuffix(".ql"), path, file.read_text("utf-8")


def parse_file(text: str, group: str, name: str, path: str) -> QuerySpec:
    """A query file's text as a spec. Raises UsageError naming the file and, for TOML, the line."""
    lines = text.split("\n")
    if not lines or lines[0].strip() != "+++" or "+++" not in (line.strip() for line in lines[1:]):
        raise UsageError("a query file starts with front matter between two lines '+++'", where=f"{path}:1:1")
    end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "+++")
    try:
        front = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"{path}:{int(at[1]) + 1}:{at[2]}" if at else path
        raise UsageError(f"the front matter is not TOML: {error}", where=where) from None
    if unknown := sorted(set(front) - _KEYS):
        raise UsageError(f"unknown key '{unknown[0]}' in the front matter", where=path, remedy=", ".join(sorted(_KEYS)))
    for key in ("title", "question"):
        if not isinstance(front.get(key), str):
            raise UsageError(f"the front matter lacks '{key}'", where=path)
    view = front.get("view", {})
    return QuerySpec(
        name=name,
        group=group,
        title=front["title"],
        question=front["question"],
        template="\n".join(lines[end + 1 :]),
        file=path,
        first_line=end + 2,
        aliases=tuple(front.get("aliases", ())),
        tags=tuple(front.get("tags", ())),
        view=View(view.get("kind", "table"), tuple(view.get("y", ())), bool(view.get("stacked", False))),
        read=front.get("read", ""),
        next=tuple(front.get("next", ())),
        params=tuple(_param(key, value, path) for key, value in front.get("params", {}).items()),
        thresholds=tuple(_threshold(entry, path) for entry in front.get("thresholds", ())),
    )


def _param(name: str, entry: dict[str, object], path: str) -> Param:
    kind = entry.get("type")
    if kind not in get_args(ParamType):
        wanted = ", ".join(get_args(ParamType))
        raise UsageError(f"parameter '{name}' has the type '{kind}'", where=path, remedy=f"types: {wanted}")
    if unknown := sorted(set(entry) - _PARAM_KEYS):
        raise UsageError(f"parameter '{name}' has an unknown key '{unknown[0]}'", where=path)
    default = entry.get("default")
    choices = entry.get("choices", ())
    low, high = entry.get("min"), entry.get("max")
    return Param(
        name,
        cast(ParamType, kind),
        str(entry.get("help", "")),
        None if default is None else str(default),
        tuple(str(c) for c in choices) if isinstance(choices, list) else (),
        float(low) if isinstance(low, int | float) else None,
        float(high) if isinstance(high, int | float) else None,
    )


def _threshold(entry: dict[str, object], path: str) -> Threshold:
    match = _WHEN.fullmatch(str(entry.get("when", "")).strip())
    if not match:
        raise UsageError(
            f"the threshold '{entry.get('when')}' is not 'column > number'",
            where=path,
            remedy='when = "failure_pct > 5"',
        )
    op = cast(Literal[">", ">=", "<", "<="], match[2])
    severity = cast(Severity, entry.get("severity", "warning"))
    return Threshold(match[1], op, float(match[3]), severity, str(entry.get("say", "")))
