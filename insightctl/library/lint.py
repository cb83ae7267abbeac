"""What a query file has to be: the rules of the library, beyond what its text has to be for the service.

Each finding is a Diagnostic with a place in the file; its code is the name of a rule in docs/library.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from insightctl.core.errors import UsageError
from insightctl.library.collection import Library
from insightctl.library.front_errors import FrontMatterError
from insightctl.library.literals import EXAMPLES, WrongValue, literal
from insightctl.library.load import parse_file
from insightctl.library.places import Path, Places, places
from insightctl.library.rendering import MAX_CHARACTERS, render
from insightctl.library.spec import Param, QuerySpec
from insightctl.ql import CheckedQuery, Diagnostic, diagnose
from insightctl.ql.diagnostics import Severity
from insightctl.ql.spans import Span

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Text:
    """A query file to be checked: its place in a library and its text. `root` is where its `_views` are."""

    path: str
    group: str
    name: str
    text: str
    root: Traversable | None = None


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in a file; `spec` when its front matter can be read, `rendered` when its template renders."""

    found: tuple[Diagnostic, ...]
    spec: QuerySpec | None = None
    rendered: tuple[str, ...] = ()


def lint(file: Text, library: Library, reserved: frozenset[str] = frozenset()) -> Linted:
    """The findings of the library's rules. `reserved` names cannot be parameters; `library` has the names of others."""
    try:
        spec = parse_file(file.text, file.group, file.name, file.path, file.root)
    except FrontMatterError as error:
        return Linted(error.diagnostics)
    at = _At(places(file.text))
    found = [*_words(spec, at), *_params(spec, at, reserved), *_names(spec, at, library)]
    texts: list[str] = []
    for values in _variants(spec):
        try:
            texts.append(render(spec, values))
        except WrongValue:
            break  # said as that of the parameter
        except UsageError as error:
            found.append(at.line("template", f"{_with(values)}{error.what}", error.where, spec, error.remedy))
            break
    texts = list(dict.fromkeys(texts))
    found += _lengths(texts, spec, at)
    found += _columns([diagnose(text)[0] for text in texts], spec, at)
    return Linted(tuple(dict.fromkeys(found)), spec, tuple(texts))


@dataclass(frozen=True, slots=True)
class _At:
    """Makes findings with their places."""

    places: Places

    def key(
        self,
        code: str,
        message: str,
        path: Path,
        *,
        word: str = "",
        remedy: str | None = None,
        severity: Severity = "error",
    ) -> Diagnostic:
        """At a key of the front matter, or a word of its value."""
        return Diagnostic(code, message, Span(*self.places.value(path, word)), remedy, severity)

    def line(self, code: str, message: str, where: str | None, spec: QuerySpec, remedy: str | None) -> Diagnostic:
        """At the line that `where` tells of this file; else where the template starts."""
        line = re.search(r":(\d+)$", where) if where and where.startswith(spec.file) else None
        number = int(line[1]) if line else spec.first_line
        lines = self.places.text.split("\n")
        start = sum(len(each) + 1 for each in lines[: number - 1])
        length = len(lines[number - 1]) if number <= len(lines) else 0
        return Diagnostic(code, message, Span(min(start, len(self.places.text)), start + max(1, length)), remedy)


def _words(spec: QuerySpec, at: _At) -> Iterator[Diagnostic]:
    if not _NAME.fullmatch(spec.name):
        yield at.key("name", f"'{spec.name}' is no name of a query", (), remedy="small letters, digits and -")
    if not spec.question.rstrip().endswith(("?", ".")) or "?" not in spec.question:
        yield at.key("question", "the question does not ask anything", ("question",), remedy="end it with ?")
    if not spec.read:
        yield at.key(
            "read", "nothing says how to read the answer", (), remedy='read = "What is good, what is bad, ..."'
        )
    if not spec.tags:
        yield at.key(
            "tags", "no tags: --search finds it by fewer words", (), remedy='tags = ["..."]', severity="warning"
        )
    for link in spec.see:
        if not link.startswith(("https://", "http://")):
            yield at.key("see", f"'{link}' is no link", ("see",), word=link, remedy="https://...")
    for number, threshold in enumerate(spec.thresholds):
        if not threshold.say:
            path: Path = ("thresholds", number)
            yield at.key("threshold", "the threshold says nothing", path, remedy='say = "what it means"')


def _params(spec: QuerySpec, at: _At, reserved: frozenset[str]) -> Iterator[Diagnostic]:
    for param in spec.params:
        path: Path = ("params", param.name)
        if not param.help:
            yield at.key("param-help", f"parameter '{param.name}' has no help", path, remedy='help = "..."')
        if param.name in reserved:
            message = f"parameter '{param.name}' has the name of an option of every query"
            yield at.key("param-name", message, path, remedy="rename it")
        if param.default is not None:
            try:
                literal(param, param.default)
            except WrongValue as wrong:
                message = f"the default of '{param.name}' cannot be used: {wrong.reason}"
                yield at.key("param-default", message, (*path, "default"), word=param.default)
        if param.required and param.default is not None:
            message = f"parameter '{param.name}' is required and has a default"
            yield at.key("param-default", message, (*path, "required"), remedy="leave one of them out")


def _names(spec: QuerySpec, at: _At, library: Library) -> Iterator[Diagnostic]:
    for name in spec.next:
        known = library.entry(name) is not None or any(name in each.aliases for each in library.specs())
        if name == spec.name:
            yield at.key("next", "a query is not its own next one", ("next",), word=name)
        elif not known:
            near = library.nearest(name)
            remedy = f"did you mean '{near}'?" if near else "'insightctl query' lists what there is"
            yield at.key("next", f"there is no query '{name}'", ("next",), word=name, remedy=remedy)
    for alias in spec.aliases:
        taken = library.entry(alias)
        if taken is not None and taken.name != spec.name:
            yield at.key("alias", f"'{alias}' is the name of {taken.path}", ("aliases",), word=alias)


def _lengths(texts: list[str], spec: QuerySpec, at: _At) -> Iterator[Diagnostic]:
    longest = max(map(len, texts), default=0)
    if longest >= MAX_CHARACTERS:
        message = f"the query has {longest:,} characters, the service takes {MAX_CHARACTERS:,}"
        yield at.line("length", message, None, spec, None)


def _columns(checked: list[CheckedQuery], spec: QuerySpec, at: _At) -> Iterator[Diagnostic]:
    if not checked:
        return
    names = list(dict.fromkeys(column.name for each in checked for column in each.columns))
    listed = f"columns: {', '.join(names)}"
    for name in spec.view.y:
        if name not in names:
            yield at.key(
                "view-column", f"the view draws '{name}', which is no column", ("view",), word=name, remedy=listed
            )
    for number, threshold in enumerate(spec.thresholds):
        if threshold.column not in names:
            message = f"the threshold is about '{threshold.column}', which is no column"
            path: Path = ("thresholds", number, "when")
            yield at.key("threshold-column", message, path, word=threshold.column, remedy=listed)
    if spec.view.kind == "timeSeries" and not any(c.type == "timestamp" for each in checked for c in each.columns):
        remedy = "group by bin({{ bin }}), or take another view"
        yield at.key("view", "a time series needs a column of times", ("view",), remedy=remedy, severity="warning")


def _variants(spec: QuerySpec) -> Iterator[dict[str, str]]:
    """Values to try: the defaults, each choice, each parameter that may be left out."""
    needed = {p.name: sample(p) for p in spec.params if p.default is None and _is_needed(p, spec)}
    yield needed
    for param in spec.params:
        for value in param.choices or (() if param.default is not None else (sample(param),)):
            yield {**needed, param.name: value}


def _is_needed(param: Param, spec: QuerySpec) -> bool:
    if param.required:
        return True
    others = {p.name: sample(p) for p in spec.params if p.default is None and p.name != param.name}
    try:
        render(spec, others)
    except UsageError:
        return True
    return False


def sample(param: Param) -> str:
    """A value that a parameter takes."""
    if param.choices:
        return param.choices[0]
    if param.min is not None:
        return f"{param.min:g}"
    return f"{param.max:g}" if param.max is not None else EXAMPLES[param.type]


def _with(values: Mapping[str, str]) -> str:
    return f"with {', '.join(f'{name}={value}' for name, value in values.items())}: " if values else ""
