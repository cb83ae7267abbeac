"""A query template rendered with its defaults, each character of the result traced to the template.

Before rendering, every stretch of plain text and every tag gets a mark, one character of a private plane; the marks
come out where their stretch does, however often, and tell what follows them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from insightctl.core.errors import UsageError
from insightctl.editor.stretches import Stretch
from insightctl.library.rendering import render
from insightctl.library.spec import Param, QuerySpec

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_FIRST, _LAST = 0xF0000, 0xFFFFD  # a private plane: text of a query never has these
_SAMPLES = {
    "string": "text",
    "regex": "text",
    "number": "1",
    "integer": "1",
    "duration": "5m",
    "field": "field",
    "price": "1",
}


def has_tags(text: str) -> bool:
    """Whether a text is a template that says more than itself."""
    return TAG.search(text) is not None


def rendered(spec: QuerySpec, start: int) -> Stretch:
    """The query of a template that starts at an offset of the document. Raises UsageError when it does not render."""
    template = spec.template
    if any(chr(_FIRST) <= char <= chr(_LAST) for char in template):
        raise UsageError("the template has characters of a private plane", where=f"{spec.file}:{spec.first_line}")
    parts = _parts(template)
    marked = "".join(_marked(i, template[a:b], is_tag=is_tag) for i, (a, b, is_tag) in enumerate(parts))
    text = _render(replace(spec, template=marked, root=spec.root or _library_of(spec.file)))
    within = (start, start + len(template))
    return _traced(text, [(a + start, b + start, is_tag) for a, b, is_tag in parts], template, start, within)


def _library_of(file: str) -> Path | None:
    """The library that a file on the disk belongs to: its folder or the one above, whichever has `_views`."""
    return next((folder for folder in list(Path(file).parents)[:2] if (folder / "_views").is_dir()), None)


def _render(spec: QuerySpec) -> str:
    try:
        return render(spec, {p.name: sample(p) for p in spec.params if p.required})
    except UsageError:
        missing = [p for p in spec.params if p.default is None]
        if not missing:
            raise
        return render(spec, {p.name: sample(p) for p in missing})


def sample(param: Param) -> str:
    """A value of the parameter's type, for one without a default."""
    if param.choices:
        return param.choices[0]
    if param.type in ("number", "integer") and param.min is not None:
        return f"{param.min:g}"
    return _SAMPLES[param.type]


Part = tuple[int, int, bool]
"""Start, end, and whether it is a tag."""


def _parts(template: str) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for tag in TAG.finditer(template):
        parts += [(at, tag.start(), False)] if tag.start() > at else []
        parts.append((tag.start(), tag.end(), True))
        at = tag.end()
    return [*parts, (at, len(template), False)] if at < len(template) else parts


def _marked(number: int, text: str, *, is_tag: bool) -> str:
    mark = chr(_FIRST + number)
    if is_tag and text.startswith("{%") and not re.match(r"\{%[-+]?\s*include\b", text):
        return text  # nothing comes out of it, and the parts of an if are no places for text
    return mark + text


def _traced(text: str, parts: list[Part], template: str, start: int, within: tuple[int, int]) -> Stretch:
    """The rendered text without its marks, each character with its place."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    low, high, is_tag = within[0], within[1], True
    for char in text:
        if chr(_FIRST) <= char <= chr(_LAST):
            low, high, is_tag = parts[ord(char) - _FIRST]
            continue
        if not is_tag:
            low = _find(char, template, low - start, high - start) + start
        floor = starts[-1] if starts else 0
        here = max(low, floor)  # a loop goes back in the template; places only grow
        out.append(char)
        starts.append(here)
        ends.append(max(high if is_tag else min(here + 1, within[1]), here))
        low = low if is_tag else min(low + 1, high)
    return Stretch("".join(out), starts, ends, within, exact=False)


def _find(char: str, template: str, low: int, high: int) -> int:
    """Where a character of the result stands in its part: white space that rendering dropped is skipped."""
    at = low
    while at < high and template[at] != char and template[at].isspace():
        at += 1
    return at if at < high and template[at] == char else low
