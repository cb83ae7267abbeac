"""`insightctl run`: any Insights QL, from the command line, a file or standard input."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from insightctl.cli.ask import Question, Show, ask, with_shared
from insightctl.cli.setup import When, Where
from insightctl.core.errors import UsageError

_MARK = "\ufeff"
_FILE_NAME = re.compile(r"[^|]*\.ql|(?:\.{0,2}/|~)[^|\s]*")
"""What is meant as a file, whether there is one or not."""


def read_question(given: str, params: dict[str, str], local: tuple[str, ...] = ()) -> Question:
    """The question of an argument: `-`, a file (front matter or plain QL), or QL itself. Raises UsageError."""
    if given == "-" and "-" in local:
        raise UsageError("the query and --local cannot both be standard input", remedy="write the query to a file")
    question = read_text(given)
    if question.source != given or not question.text.startswith("+++"):
        return question
    from insightctl.library.load import parse_file
    from insightctl.library.rendering import render

    path = Path(given)
    spec = parse_file(question.text, path.parent.name, path.stem, given)
    return Question(render(spec, params), given, spec, params)


def read_text(given: str, *, exact: bool = False) -> Question:
    """The text of an argument as it stands: `-`, a file, or QL itself. Raises UsageError.

    A byte order mark is left out; line ends become newlines, unless the text is to be `exact`.
    """
    if given == "-":
        return Question(sys.stdin.read().removeprefix(_MARK), "<stdin>")
    path = Path(given)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # a query is no file name
        is_file = False
    if not is_file:
        if _FILE_NAME.fullmatch(given):
            raise UsageError(f"no such file: {given}", remedy="check the path, or write the query itself")
        return Question(given, "<query>")
    try:
        with path.open(encoding="utf-8", newline="" if exact else None) as file:
            return Question(file.read().removeprefix(_MARK), given)
    except UnicodeDecodeError:
        raise UsageError(f"{given} is not UTF-8 text", remedy="name a file with Insights QL") from None
    except OSError as error:
        raise UsageError(f"{given} cannot be read: {error.strerror}") from None


def _run(where: Where, when: When, show: Show, query: str, param: list[str] | None) -> None:
    """Run any Insights QL, on CloudWatch or over local files.

    $Name(a = "x") runs a saved query: one of the account, a curated one, or with --local also NAME.ql in this folder.

    Example: insightctl run 'filter @message like /ERROR/ | stats count(*) by bin(5m)' --local app.log

    Example: insightctl run '$coldstarts(bin=1h) | limit 5' --local app.log

    Example: insightctl run 'lookup users id OUTPUT name' --local app.log --lookup users=users.csv
    """
    pairs = [text.partition("=") for text in param or []]
    for name, sign, value in pairs:
        if not sign:
            raise UsageError(f"--param {name}{value} is not NAME=VALUE", remedy="such as --param bin=1m")
    ask(read_question(query, {n: v for n, _, v in pairs}, where.local), where, when, show)


_QUERY = Annotated[str, typer.Argument(metavar="QL|FILE|-", help="Insights QL, a file with it, or - for stdin.")]
_PARAM = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter of a query file. Repeatable.")
]

run = with_shared(
    _run,
    [
        inspect.Parameter("query", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_QUERY),
        inspect.Parameter("param", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_PARAM),
    ],
)
