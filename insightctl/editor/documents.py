"""Where QL lies in a document: a plain .ql file, one with front matter and a template, or a dashboard's TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from insightctl.core.errors import UsageError
from insightctl.editor.positions import Lines
from insightctl.editor.stretches import Stretch, written
from insightctl.editor.templates import TAG, has_tags, rendered
from insightctl.editor.toml_texts import TomlText, texts
from insightctl.library.load import parse_file
from insightctl.library.spec import QuerySpec
from insightctl.ql.commands import COMMANDS

Kind = Literal["query", "template", "piece", "dashboard", "other"]
"""A plain query; one with tags in it; a piece that queries include; a dashboard; nothing of ours."""

_ROW = re.compile(r"^[ \t]*\[\[[ \t]*row\b", re.M)
_WORD = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
_WHERE = re.compile(r":(\d+)(?::(\d+))?(?: \(.*\))?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the document around the QL."""

    start: int
    end: int
    message: str
    help: str | None = None
    code: str = "document"


@dataclass(frozen=True, slots=True)
class Document:
    """A document read. `names` are the library's queries that a dashboard names; `judged` whether its QL stands alone.

    `body` is where the query of a .ql file starts, behind the front matter.
    """

    name: str
    text: str
    kind: Kind
    stretches: tuple[Stretch, ...] = ()
    names: tuple[TomlText, ...] = ()
    problems: tuple[Problem, ...] = ()
    body: int = 0
    spec: QuerySpec | None = None

    @property
    def judged(self) -> bool:
        """Whether its QL can be checked by itself: a piece is part of something else."""
        return self.kind != "piece"

    def at(self, offset: int) -> tuple[Stretch, int] | None:
        """The QL at an offset and the place in it; None outside of QL, and inside a tag of a template."""
        if any(tag.start() < offset < tag.end() for tag in self._tags()):
            return None
        for stretch in self.stretches:
            inside = stretch.inside(offset)
            if inside is not None:
                return stretch, inside
        return None

    def name_at(self, offset: int) -> TomlText | None:
        """The name of a query that a dashboard writes at an offset."""
        return next((n for n in self.names if n.value.within[0] <= offset <= n.value.within[1]), None)

    def _tags(self) -> Iterator[re.Match[str]]:
        return TAG.finditer(self.text) if self.kind in ("template", "piece") else iter(())


def read(name: str, text: str, language: str = "") -> Document:
    """The document of a path (or URI) and its text. `language` is the editor's own name for it, where it has one."""
    if name.endswith(".toml") or language == "toml":
        return _dashboard(name, text) if _ROW.search(text) else Document(name, text, "other")
    return _query_file(name, text)


def _query_file(name: str, text: str) -> Document:
    if text.partition("\n")[0].strip() == "+++":
        return _with_front_matter(name, text)
    whole = (written(text, 0, len(text)),)
    if has_tags(text.replace("{{", "")) or "_views" in PurePosixPath(name).parts:
        return Document(name, text, "piece", whole)  # `{{name}}` alone is a placeholder of a saved query
    return Document(name, text, "query", whole)


def _with_front_matter(name: str, text: str) -> Document:
    path = PurePosixPath(name)
    start = _body(text)
    try:
        spec = parse_file(text.replace("\r\n", "\n"), path.parent.name, path.stem, name)
    except UsageError as error:
        body = () if start is None else (written(text, start, len(text)),)
        tags = start is not None and has_tags(text[start:])
        problems = (_problem(error, text, "front-matter"),)
        return Document(name, text, "piece" if tags else "query", body, problems=problems, body=start or 0)
    assert start is not None
    spec = replace(spec, template=text[start:])  # its line ends as they are written
    if not has_tags(spec.template):
        return Document(name, text, "query", (written(text, start, len(text)),), body=start, spec=spec)
    try:
        return Document(name, text, "template", (rendered(spec, start),), body=start, spec=spec)
    except UsageError as error:
        problem = _problem(error, text, "template", _tag_of(error, text, start, spec))
        stretch = written(text, start, len(text))
        return Document(name, text, "piece", (stretch,), problems=(problem,), body=start, spec=spec)


def _tag_of(error: UsageError, text: str, start: int, spec: QuerySpec) -> int:
    """Where the tag stands that an error speaks of, by a word of it; else one that inserts what is no parameter."""
    tags = list(TAG.finditer(text, start))
    told = set(_WORD.findall(error.what.rpartition("render:")[2]))
    known = {param.name for param in spec.params}
    named = [tag for tag in tags if told & set(_WORD.findall(tag[0]))]
    strange = [tag for tag in tags if tag[0].startswith("{{") and not known & set(_WORD.findall(tag[0]))]
    return next((tag.start() for tag in (*named, *strange)), start)


def _body(text: str) -> int | None:
    """Where the text behind the front matter starts."""
    at = text.find("\n") + 1
    while at > 0:
        end = text.find("\n", at)
        if text[at : end if end >= 0 else len(text)].strip() == "+++":
            return end + 1 if end >= 0 else len(text)
        at = end + 1
    return None


def _problem(error: UsageError, text: str, code: str, otherwise: int = 0) -> Problem:
    """An error with its line, as `where` tells it: `file:3:7` or `file:3 (row[0])`; else at an offset."""
    lines = Lines(text)
    found = _WHERE.search(error.where or "")
    start, end = lines.line_span(int(found[1]) - 1 if found else lines.position(otherwise).line)
    return Problem(start, end, error.what, error.remedy, code)


def _dashboard(name: str, text: str) -> Document:
    from insightctl.dashboards.load import load_text

    problems: list[Problem] = []
    try:
        load_text(text, name=PurePosixPath(name).stem, file=name)
    except UsageError as error:
        problems.append(_problem(error, text, "dashboard"))
    found = tuple(texts(text, ("query", "ql")))
    queries = tuple(t.value for t in found if t.key == "ql" or looks_like_ql(t.value.text))
    names = tuple(t for t in found if t.key == "query" and not looks_like_ql(t.value.text))
    return Document(name, text, "dashboard", queries, names, tuple(problems))


def looks_like_ql(text: str) -> bool:
    """Whether a text is a query rather than the name of one: it has a pipe, or a command's keyword and more."""
    words = text.split(maxsplit=1)
    return "|" in text or (len(words) > 1 and words[0].lower() in COMMANDS)
