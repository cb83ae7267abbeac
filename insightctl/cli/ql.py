"""`insightctl ql`: the language without running anything."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from insightctl.cli.ask import Question
from insightctl.cli.ql_check import Queries, check, files_of
from insightctl.cli.run import read_question, read_text
from insightctl.core.errors import InsightctlError, UsageError

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The language: check, format, explain, functions, SQL, editors.",
)


app.command()(check)


@app.command("format")
def format_(
    queries: Queries,
    check_only: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if something would.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change; change nothing.")] = False,
) -> None:
    """Lay queries out canonically: files in place, anything else to standard output.

    Of a dashboard the queries in three quotes are laid out. In a folder templates are skipped.

    Example: insightctl ql format 'fields @timestamp|filter a=1'
    """
    from insightctl.cli.terminal import show_error

    changed: list[bool] = []
    wrong = False
    for given in queries:
        files = files_of(given)
        in_folder = files is not None and files != [Path(given)]
        for name in [given] if files is None else map(str, files):
            try:
                question = read_text(name, exact=True)
                text = _laid_out(question, skip_templates=in_folder)
            except UsageError as error:
                show_error(error)
                wrong = True
                continue
            if text is not None:
                differs = text.strip() != question.text.strip()
                changed.append(differs)
                _put(question, text, differs=differs, check_only=check_only, diff=diff)
    if check_only and not diff and len(changed) > 1:
        print(f"{sum(changed)} of {len(changed)} would change")
    if wrong:
        raise typer.Exit(2)
    if any(changed) and (check_only or diff):
        raise typer.Exit(1)


def _put(question: Question, text: str, *, differs: bool, check_only: bool, diff: bool) -> None:
    """What becomes of a text that is laid out: shown, told of, or written where it came from."""
    from insightctl.cli.terminal import write_file

    if diff:
        _show_diff(question, text)
    elif check_only:
        if differs:
            print(f"would change {question.source}")
    elif question.source in ("<query>", "<stdin>"):
        sys.stdout.write(_in_colour(text))
    elif text != question.text:
        write_file(Path(question.source), text)


def _laid_out(question: Question, *, skip_templates: bool) -> str | None:
    """The text with its queries laid out; front matter stays as it is. None when there is nothing to do.

    Raises QueryError, and UsageError for a template that is not to be skipped.
    """
    from insightctl.editor.diagnostics import findings
    from insightctl.editor.documents import read
    from insightctl.editor.formatting import formatted
    from insightctl.ql import QueryError, diagnose
    from insightctl.ql.diagnostics import Diagnostic
    from insightctl.ql.spans import Span

    source = question.source
    document = read(source if source.endswith((".ql", ".toml")) else "query.ql", question.text)
    if document.kind in ("template", "piece"):
        if not skip_templates:
            raise UsageError(f"{source} is a template; only plain QL is formatted", remedy="format the rendered query")
        print(f"skipped {source}: a template", file=sys.stderr)
    if document.kind in ("template", "piece", "other"):
        return None
    found = [Diagnostic(f.code, f.message, Span(f.start, f.end), f.help, f.severity) for f in findings(document)]
    refused = [d for d in found if d.severity == "error" and d.code.startswith("QL")]
    text = None if refused else formatted(document)
    if text is not None:
        return text
    if document.problems and not refused:
        raise UsageError(document.problems[0].message, where=source, remedy=document.problems[0].help)
    raise QueryError(refused or diagnose("")[1], question.text, source)  # an empty file has no findings


def _in_colour(text: str) -> str:
    """A query with colours on a terminal that takes them; as it is anywhere else."""
    from insightctl.cli.terminal import colour

    if not colour(sys.stdout.isatty()):
        return text
    from insightctl.render import highlight

    return highlight.terminal(text)


def _show_diff(question: Question, text: str) -> None:
    import difflib

    old, new = question.text.splitlines(keepends=True), text.splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, question.source, question.source):
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


@app.command()
def sql(query: Annotated[str, typer.Argument(metavar="QL|FILE|-")]) -> None:
    """Show the SQL that the local engine runs for a query; $1, $2, ... are its values.

    Example: insightctl ql sql 'stats count(*) by bin(5m)'
    """
    import time

    from insightctl.cli.saved import from_files
    from insightctl.core.job import DEFAULT_ROWS
    from insightctl.local.compiler.layout import script
    from insightctl.local.compiler.pipeline import Pipeline
    from insightctl.ql.saved import expand_calls

    question = read_question(query, {})
    checked = expand_calls(question.text, from_files).check(question.source)
    compiled = Pipeline(checked, int(time.time()), DEFAULT_ROWS).compile()
    print(script(compiled))


@app.command()
def functions(word: Annotated[str | None, typer.Argument(help="Only those about this word.")] = None) -> None:
    """List the functions of the language.

    Example: insightctl ql functions json
    """
    from insightctl.ql.functions import FUNCTIONS

    about = (word or "").lower()
    shown = [f for f in FUNCTIONS.values() if about in f"{f.signature} {f.doc} {f.group} {' '.join(f.aliases)}".lower()]
    if not shown:
        raise InsightctlError(f"no function is about '{word}'", remedy="insightctl ql functions lists all of them")
    width = max(len(function.signature) for function in shown)
    for function in shown:
        print(f"{function.signature:<{width}}  {function.doc}")


@app.command("explain")
def explain_query(
    query: Annotated[str, typer.Argument(metavar="QL|FILE|-", help="Insights QL, a file with it, or -.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text or json.")] = "text",
) -> None:
    """Say in plain words what a query does, step by step.

    Example: insightctl ql explain 'filter status >= 500 | stats count(*) by bin(5m)'
    """
    from dataclasses import asdict

    from insightctl.ql import check as check_query
    from insightctl.ql.explaining import answer, explain, layout
    from insightctl.render import safe

    if output not in ("text", "json"):
        raise UsageError(f"ql explain has no format '{output}'", remedy="-o text or -o json")
    question = read_question(query, {})
    checked = check_query(question.text, source=question.source)
    steps = explain(checked)
    if output == "json":
        record = {"steps": [asdict(step) for step in steps], "columns": [column.name for column in checked.columns]}
        print(safe.json_text(json.dumps(record, indent=2, ensure_ascii=False)))
    else:
        print(safe.text(layout(steps, answer(checked))))


@app.command()
def lsp(
    stdio: Annotated[bool, typer.Option("--stdio", help="What editors add; there is no other way.")] = False,
) -> None:
    """Run the language server for editors, over standard input and output (docs/editors).

    Example: insightctl ql lsp
    """
    from importlib.util import find_spec

    del stdio
    if find_spec("pygls") is None:
        raise UsageError("the language server needs pygls", remedy="pip install 'insightctl[lsp]'")
    from insightctl.editor.server import serve

    serve()


@app.command()
def grammar(
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write here; .tmLanguage is a property list.")
    ] = None,
) -> None:
    """Print the TextMate grammar of the language, which editors colour queries with.

    Example: insightctl ql grammar --out insights-ql.tmLanguage.json
    """
    from insightctl.editor.textmate import grammar_json, grammar_plist

    text = grammar_plist() if out is not None and out.endswith(".tmLanguage") else grammar_json()
    if out is None:
        sys.stdout.write(text)
        return
    from insightctl.cli.terminal import write_file

    write_file(Path(out), text)


def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="Such as QL012.")]) -> None:
    """What a diagnostic code means: wrong, right, why. QL codes are of queries, DL codes of dashboards.

    Example: insightctl explain QL012
    """
    import difflib

    from insightctl.ql.codes import CODES, page

    if code.upper().startswith("DL"):
        from insightctl.dashboards.lint.codes import CODES, page
    known = CODES.get(code.upper())
    if known is None:
        near = difflib.get_close_matches(code.upper(), CODES, n=5, cutoff=0.5)
        raise UsageError(f"there is no code '{code}'", remedy=f"codes: {', '.join(sorted(near) or ['QL001'])}, ...")
    for line in page(known).splitlines():
        print(_in_colour(line) if line.startswith("    ") else line)  # the examples stand indented
