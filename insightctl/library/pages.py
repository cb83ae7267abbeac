"""The catalogue of queries as a page: what each asks, how to read it, its options, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from insightctl.library.headings import grouped, heading
from insightctl.library.spec import Param, QuerySpec, Threshold

RUN = "insightctl query NAME -f FUNCTION --since 3h"


def markdown(specs: Sequence[QuerySpec], outputs: Mapping[str, str], note: str = "") -> str:
    """The catalogue in Markdown. `outputs` are tables in Markdown by name; `note` stands below the title."""
    parts = ["# The curated queries\n", *([f"\n{note}\n"] if note else [])]
    parts.append(f"\nRun one: `{RUN}`, or `--local PATH`. All of a group: `insightctl query @triage`.\n")
    for group, members in grouped(specs):
        parts.append(f"\n## {heading(group)} (`@{group}`)\n")
        parts += [line for spec in members for line in _markdown(spec, outputs.get(spec.name))]
    return "".join(parts)


def _markdown(spec: QuerySpec, output: str | None) -> Iterator[str]:
    yield f"\n### {spec.name}\n\n{spec.question}\n"
    if spec.read:
        yield f"\n{spec.read}\n"
    if spec.params:
        yield "\n| option | type | default | |\n|---|---|---|---|\n"
        for param in spec.params:
            yield f"| `{param.option}` | {param.type} | {_cell(default_words(param))} | {_cell(limits_words(param))} |\n"
    if spec.thresholds:
        yield "\n"
    for threshold in spec.thresholds:
        yield f"- `{threshold.column} {threshold.op} {threshold.limit:g}`: {threshold.severity}, {threshold.say}\n"
    if spec.next:
        yield f"\nNext: {', '.join(f'`{name}`' for name in spec.next)}\n"
    if spec.see:
        yield f"\nSee: {', '.join(f'<{link}>' for link in spec.see)}\n"
    if output is not None:
        yield f"\n{output}\n"


def default_words(param: Param) -> str:
    """The default in words; "" for a parameter that may be left out."""
    if param.follows_range:
        return f"range / 60, or {param.default}"
    if param.item is not None:
        return f"price of the region ({param.default})"
    return "required" if param.required else param.default or ""


def limits_words(param: Param) -> str:
    """What a parameter is, and what it takes."""
    limits = [f"one of {', '.join(param.choices)}"] if param.choices else []
    limits += [f"from {param.min:g}"] if param.min is not None and param.item is None else []
    limits += [f"up to {param.max:g}"] if param.max is not None else []
    return param.help + (f" ({' '.join(limits)})" if limits else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}"
    "td,th{border:1px solid #ddd;padding:2px 8px;text-align:left}th{background:#f5f5f5}"
    "code{background:#f5f5f5;padding:1px 4px}nav{columns:3}.read{color:#555}"
)


def html(specs: Sequence[QuerySpec], outputs: Mapping[str, str]) -> str:
    """The catalogue as one HTML page without scripts. `outputs` are tables in HTML, made safe already."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    parts = [
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>The curated queries</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style></head><body>\n'
        f"<h1>The curated queries</h1>\n<p>Run one: <code>{escape(RUN)}</code></p>\n<nav>"
    ]
    parts += [f'<a href="#{escape(spec.name)}">{escape(spec.name)}</a><br>' for spec in specs]
    parts.append("</nav>\n")
    for group, members in grouped(specs):
        parts.append(f"<h2>{escape(heading(group))}</h2>\n")
        parts += [line for spec in members for line in _html(spec, outputs.get(spec.name))]
    return "".join([*parts, "</body></html>\n"])


def _html(spec: QuerySpec, output: str | None) -> Iterator[str]:
    yield f'<h3 id="{escape(spec.name)}">{escape(spec.name)}</h3>\n<p>{escape(spec.question)}</p>\n'
    if spec.read:
        yield f'<p class="read">{escape(spec.read)}</p>\n'
    if spec.params:
        yield "<table><tr><th>option</th><th>type</th><th>default</th><th></th></tr>\n"
        for p in spec.params:
            cells = f"<code>{escape(p.option)}</code>", p.type, escape(default_words(p)), escape(limits_words(p))
            yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
        yield "</table>\n"
    if spec.thresholds:
        yield f"<ul>{''.join(map(_item, spec.thresholds))}</ul>\n"
    if spec.next:
        yield f"<p>Next: {', '.join(map(_link, spec.next))}</p>\n"
    if output is not None:
        yield f"{output}\n"


def _item(threshold: Threshold) -> str:
    when = escape(f"{threshold.column} {threshold.op} {threshold.limit:g}")
    return f"<li><code>{when}</code>: {threshold.severity}, {escape(threshold.say)}</li>"


def _link(name: str) -> str:
    return f'<a href="#{escape(name)}">{escape(name)}</a>'
