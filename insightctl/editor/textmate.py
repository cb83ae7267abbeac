"""A TextMate grammar of the language, made of its tables: VS Code colours with it, and Sublime Text as a property list.

Regular expressions are Oniguruma's; the ones here mean the same to Python's `re`.
"""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Iterable

from insightctl.editor.words import CONSTANTS, OPERATORS, commands, options_of, values_of, words_of
from insightctl.ql.functions import FUNCTIONS, Function

SCOPE = "source.insights-ql"

Rule = dict[str, object]


def grammar() -> dict[str, object]:
    """The grammar, as data."""
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "CloudWatch Logs Insights QL",
        "scopeName": SCOPE,
        "fileTypes": ["ql"],
        "patterns": [{"include": "#front-matter"}, {"include": "#query"}],
        "repository": {
            "front-matter": _front_matter(),
            "query": {"patterns": [{"include": f"#{name}"} for name in _parts()]},
            **_parts(),
        },
    }


def grammar_json() -> str:
    """The grammar as the text of a .tmLanguage.json file."""
    return json.dumps(grammar(), indent=2, ensure_ascii=False) + "\n"


def grammar_plist() -> str:
    """The grammar as the text of a .tmLanguage file."""
    return plistlib.dumps({k: v for k, v in grammar().items() if k != "$schema"}, sort_keys=False).decode("utf-8")


def _front_matter() -> Rule:
    return {
        "name": "meta.front-matter.insights-ql",
        "begin": r"\A(\+\+\+)\s*$",
        "end": r"^(\+\+\+)\s*$",
        "beginCaptures": {"1": {"name": "punctuation.definition.front-matter.insights-ql"}},
        "endCaptures": {"1": {"name": "punctuation.definition.front-matter.insights-ql"}},
        "contentName": "meta.embedded.block.toml",
        # An editor without a grammar of TOML drops the include, and would drop a rule that has nothing else.
        "patterns": [
            {"include": "source.toml"},
            {"include": "#comment"},
            {"include": "#string"},
            _match(r"^\s*[\w.-]+(?=\s*=)", "variable.other.key"),
            _match(r"^\s*\[\[?[\w.-]+\]\]?", "entity.name.section"),
        ],
    }


def _parts() -> dict[str, Rule]:
    """The kinds of tokens, each before those that would take its text."""
    names = [name for info in commands() for name in (info.name, *info.aliases)]
    functions = list(FUNCTIONS.values())
    return {
        "tag": {"patterns": [_span(r"\{#", r"#\}", "comment.block.jinja"), *_tags()]},
        "comment": _match(r"#.*$", "comment.line.number-sign"),
        "string": {"patterns": [_quoted('"', "double"), _quoted("'", "single")]},
        "name-in-back-ticks": _match(r"@?`[^`\n]*`", "variable.other.quoted"),
        # A slash divides after a value; behind an operator, a bracket or a field of parse it opens a pattern.
        "regex": {"patterns": [_regex(r"(?i)(?:(?<=\blike)|(?<==~)|(?<=~=)|(?<=[(,]))\s*(/)"), _parse()]},
        "command": _command(names),
        "pipe": _match(r"\|", "keyword.operator.pipe"),
        "aggregate": _match(_called(f for f in functions if f.aggregate), "support.function.aggregate"),
        "function": _match(_called(f for f in functions if not f.aggregate), "support.function"),
        "unknown-function": _match(r"(?<![\w.@])[A-Za-z_]\w*(?=\()", "entity.name.function"),
        "system-field": _match(r"@+\w+(?:\.@*\w+)*", "variable.language"),
        "period": _match(r"\b[0-9]+(?:[A-Za-z]+)\b", "constant.numeric.period"),
        "number": _match(r"(?<![\w.])(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\b", "constant.numeric"),
        "constant": _match(rf"(?i)(?<![\w.])(?:{_any(CONSTANTS)})\b", "constant.language"),
        "word-operator": _match(rf"(?i)(?<![\w.])(?:{_any(OPERATORS)})\b", "keyword.operator.word"),
        "option": _match(rf"(?i)(?<![\w.])(?:{_any(_options())})(?=\s*=(?![=~]))", "variable.parameter"),
        "option-value": _match(rf"(?i)(?<==)(?:{_any(_values())})\b", "constant.language.option"),
        "keyword": _match(rf"(?i)(?<![\w.@])(?:{_any(_words())})\b(?!\.)", "keyword.other"),
        "operator": _match(r"=~|~=|==|!=|<>|<=|>=|[=<>+\-*/%^!]", "keyword.operator"),
        "punctuation": _match(r"[,()\[\]]", "punctuation.separator"),
    }


def _options() -> set[str]:
    return {word for info in commands() for word in options_of(info)}


def _values() -> set[str]:
    named = {value for info in commands() for option in options_of(info) for value in values_of(info, option)}
    return named - set(CONSTANTS)


def _words() -> set[str]:
    """Keywords beside the commands' own that mean nothing else: options and their values only count with a `=`."""
    return {word for info in commands() for word in words_of(info)} - set(OPERATORS) - _options() - _values()


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w.lower())))


def _called(functions: Iterable[Function]) -> str:
    names = [n for f in functions for n in (f.name, *f.aliases)]
    return rf"(?i)(?<![\w.])(?:{_any(names)})(?=\s*\()"


def _match(pattern: str, scope: str) -> Rule:
    return {"match": pattern, "name": f"{scope}.insights-ql"}


_HEAD = {"1": {"name": "keyword.operator.pipe.insights-ql"}, "2": {"name": "keyword.control.command.insights-ql"}}
"""Captures of what starts a command: its pipe, and its keyword."""


def _command(names: Iterable[str]) -> Rule:
    return {"match": rf"(?i)(^|\||\()\s*({_any(names)})\b(?!\s*=)", "captures": _HEAD}


def _span(begin: str, end: str, scope: str) -> Rule:
    return {"begin": begin, "end": end, "name": f"{scope}.insights-ql"}


def _tags() -> list[Rule]:
    words = r"\b(?:if|elif|else|endif|for|endfor|in|include|set|and|or|not|is)\b"
    inside = [
        {"include": "source.jinja"},
        _match(r"\"[^\"]*\"|'[^']*'", "string.quoted.jinja"),
        _match(words, "keyword.control.jinja"),
    ]
    return [
        {**_span(rf"\{{{sign}[-+]?", rf"[-+]?{close}\}}", "meta.embedded.inline.jinja"), "patterns": inside}
        for sign, close in (("%", "%"), (r"\{", r"\}"))
    ]


def _quoted(quote: str, name: str) -> Rule:
    escapes = {"match": r"\\.", "name": "constant.character.escape.insights-ql"}
    return {**_span(quote, quote, f"string.quoted.{name}"), "patterns": [{"include": "#tag"}, escapes]}


_IN_REGEX: list[Rule] = [
    {"match": r"\\.", "name": "constant.character.escape.insights-ql"},
    {"match": r"\[(?:\\.|[^\]\\\n])*\]", "name": "constant.other.character-class.insights-ql"},
    {"match": r"\(\?P?<(\w+)>", "captures": {"1": {"name": "variable.other.group.insights-ql"}}},
]


def _regex(begin: str) -> Rule:
    return {
        "begin": begin,
        "end": "/",
        "name": "string.regexp.insights-ql",
        "patterns": [{"include": "#tag"}, *_IN_REGEX],
    }


_SLASH = {"name": "string.regexp.insights-ql"}


def _parse() -> Rule:
    """`parse [field] /.../`."""
    field = r"(@?`[^`\n]*`|[@\w.\[\]]+)"
    return {
        "begin": rf"(?i)(^|\||\()\s*(parse)\s+(?:{field}\s*)?(/)",
        "end": "/",
        "beginCaptures": {**_HEAD, "3": {"name": "variable.other.insights-ql"}, "4": _SLASH},
        "endCaptures": {"0": _SLASH},
        "contentName": "string.regexp.insights-ql",
        "patterns": [{"include": "#tag"}, *_IN_REGEX],
    }
