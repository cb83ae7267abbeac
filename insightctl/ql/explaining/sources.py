"""Words for SOURCE: which log groups are read."""

from __future__ import annotations

import re

from insightctl.ql import ast
from insightctl.ql.explaining.phrases import listed, number_words
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.formatting.expressions import quoted

_AGO = re.compile(r"-(\d{1,6})(s|m|h|d|w)")
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}
_CLASSES = {"STANDARD": "Standard", "INFREQUENT_ACCESS": "Infrequent Access"}


def source(c: ast.Source, here: Here) -> Said:  # noqa: ARG001
    """`SOURCE ...`"""
    what: list[str] = []
    notes: list[str] = []
    if c.log_group is not None:
        what.append(f"the log group {quoted(c.log_group)}")
    if c.groups is not None or c.tags or (not what and not c.data_sources):
        what.append(_groups(c.groups or ast.GroupSelector(), c.tags))
        if c.groups is not None and not c.groups.classes:
            notes.append("Only log groups of the Standard class: no class is named.")
    text = listed(what)
    if c.data_sources:
        among = f" from the data source{'s' if len(c.data_sources) > 1 else ''} "
        text = f"{text or 'what comes'}{among}{listed([quoted(name) for name in c.data_sources], 'or')}"
    if any("*" in value for tag in c.tags for value in tag.values):
        notes.append("In the value of a tag, * stands for any text.")
    return Said(f"Reads {text}{_times(c)}.", tuple(notes))


def _groups(groups: ast.GroupSelector, tags: tuple[ast.TagFilter, ...]) -> str:
    words = ""
    if groups.classes:
        words += f" of the class {listed([_CLASSES.get(name.upper(), name) for name in groups.classes], 'or')}"
    if groups.accounts:
        word = "accounts" if len(groups.accounts) > 1 else "account"
        words += f" of the {word} {listed(groups.accounts)}"
    conditions = []
    if groups.prefixes:
        conditions.append(f"name starts with {listed([quoted(p) for p in groups.prefixes], 'or')}")
    conditions += [_tag(tag) for tag in tags]
    if conditions:
        return f"the log groups{words} whose {' and whose '.join(conditions)}"
    return f"all log groups{words}"


def _tag(tag: ast.TagFilter) -> str:
    if not tag.values:
        return f"tag {tag.key} has any value"
    wanted = [f"not {quoted(v[1:])}" if v.startswith("!") else quoted(v) for v in tag.values]
    return f"tag {tag.key} is {listed(wanted, 'or')}"


def _times(c: ast.Source) -> str:
    start = "" if c.start is None else f" from {_moment(c.start)}{' on' if c.end is None else ''}"
    return start + ("" if c.end is None else f" {'to' if c.start is not None else 'up to'} {_moment(c.end)}")


def _moment(text: str) -> str:
    ago = _AGO.fullmatch(text)
    if ago is None:
        return text
    count, unit = int(ago[1]), _UNITS[ago[2]]
    return f"{number_words(count)} {unit}{'' if count == 1 else 's'} ago"
