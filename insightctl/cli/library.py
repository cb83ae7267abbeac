"""`insightctl library`: the curated queries as files, and as saved queries of an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal
from insightctl.cli.library_docs import docs
from insightctl.cli.library_lint import lint
from insightctl.cli.library_new import new
from insightctl.core.errors import InsightctlError, UsageError

if TYPE_CHECKING:
    from insightctl.cloud.session import Cloud
    from insightctl.library.definitions.plan import Plan
    from insightctl.library.definitions.wanted import Wanted

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Query files, and the account's saved queries made from them: list, show, new, lint, docs, push, pull, diff.",
)
app.command()(new)
app.command()(lint)
app.command()(docs)

PREFIX = "insightctl"

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Queries such as coldstarts or latency/coldstarts. Default: all."),
]
Files = Annotated[
    list[str] | None,
    typer.Option("--dir", metavar="PATH", help="Folder with .ql files, or a file, instead of the library. Repeatable."),
]
Prefix = Annotated[
    str, typer.Option("--prefix", metavar="FOLDER", help="Folder of the saved queries in the account; '' is none.")
]
Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--log-group",
        "-g",
        metavar="NAME",
        help="Log group that the saved queries are about. Repeatable. Default: as they are in the account.",
    ),
]
Profile = Annotated[str | None, typer.Option("--profile", help="AWS profile.")]
Region = Annotated[str | None, typer.Option("--region", help="AWS region.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")]


@app.command("list")
def list_(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="table or json.")] = "table",
    search: Annotated[str | None, typer.Option("--search", metavar="WORD", help="Only queries about this.")] = None,
) -> None:
    """List the queries of the library, as 'insightctl query' does.

    Example: insightctl library list --search timeout
    """
    from insightctl.cli.query import show_list

    show_list(output, search)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A query of the library.")],
    rendered: Annotated[bool, typer.Option("--rendered", help="The query as it runs instead of the file.")] = False,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter, for --rendered. Repeatable.")
    ] = None,
) -> None:
    """Show the file of a query, or with --rendered the Logs Insights QL that it becomes.

    Example: insightctl library show coldstarts --rendered --param bin=1h
    """
    from insightctl.cli.library_open import opened, say_what_is_hidden
    from insightctl.cli.library_text import query_text
    from insightctl.library import render
    from insightctl.library.collection import text_of

    if param and not rendered:
        raise UsageError("--param goes with --rendered", remedy="add --rendered, or leave it out")
    library = opened()
    group, _, last = name.rpartition("/")
    entry = library.entry(last)
    if entry is None or (group and entry.group != group):
        entry = library.entry(library.load(name).name)
    assert entry is not None  # load raises for an unknown one
    spec = library.load(entry.name) if rendered else None
    text = text_of(entry.file, entry.path) if spec is None else render(spec, _pairs(param))
    say_what_is_hidden(library, library.find(entry.name))
    print(query_text(text, colour=_colour()).rstrip("\n"))


@app.command()
def push(
    names: Names = None,
    files: Files = None,
    prefix: Prefix = PREFIX,
    log_group: Groups = None,
    dry_run: DryRun = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what was changed in the account since it was pushed.")
    ] = False,
    profile: Profile = None,
    region: Region = None,
) -> None:
    """Save queries in the account, for the console and for $Name(...). What insightctl did not write stays as it is.

    Example: insightctl library push --region eu-west-1

    Example: insightctl library push coldstarts p99 --prefix team/lambda -g /aws/lambda/checkout --dry-run
    """
    from insightctl.cli.library_text import push_text
    from insightctl.library.definitions.push import planned
    from insightctl.library.definitions.push import push as put

    cloud, made = _cloud(profile, region), _wanted(names, files, prefix, log_group)
    steps = planned(cloud, made, prefix, keep_groups=not log_group, force=force)
    print(push_text(steps, colour=_colour(), dry_run=dry_run))
    if dry_run:
        steps.refuse()
    else:
        with terminal.stoppable("what was written stays; push again for the rest"):
            put(cloud, steps)
        _say_how_to_run(steps)


@app.command("diff")
def diff_(
    names: Names = None,
    files: Files = None,
    prefix: Prefix = PREFIX,
    log_group: Groups = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text or json.")] = "text",
    profile: Profile = None,
    region: Region = None,
) -> None:
    """Show what a push would change in the account, as a unified diff: - is there, + would be.

    Example: insightctl library diff --region eu-west-1
    """
    from insightctl.cli.library_text import diff_json, diff_text
    from insightctl.library.definitions.push import planned

    if output not in ("text", "json"):
        raise UsageError(f"there is no format '{output}' here", remedy="-o text or -o json")

    made = _wanted(names, files, prefix, log_group)
    steps = planned(_cloud(profile, region), made, prefix, keep_groups=not log_group)
    everything = not names and not files
    if output == "json":
        print(diff_json(steps, everything=everything))
    else:
        print(diff_text(steps, colour=_colour(), everything=everything))


@app.command()
def pull(
    prefix: Annotated[str, typer.Option("--prefix", metavar="FOLDER", help="Only this folder. Default: all.")] = "",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")] = Path("saved-queries"),
    dry_run: DryRun = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that were changed here.")] = False,
    profile: Profile = None,
    region: Region = None,
) -> None:
    """Write the saved queries of the account to .ql files, one each. Those that were pushed as they are stay out.

    Example: insightctl library pull --prefix team --out queries/team
    """
    from insightctl.cli.library_text import pull_text
    from insightctl.cloud.definitions import read_all
    from insightctl.library.definitions.pull import Fate, pulled

    found = pulled(read_all(_cloud(profile, region)), out, prefix, force=force)
    for each in found:
        if each.is_written and each.text is not None and not dry_run:
            _write(each.path, each.text)
    print(pull_text(found, colour=_colour(), dry_run=dry_run))
    if refused := [each for each in found if each.fate is Fate.REFUSED]:
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        raise InsightctlError(
            f"{refused[0].path} was changed here and was not written over{more}",
            remedy="pull to another folder (--out) and compare, or write over it with --force",
        )


def _cloud(profile: str | None, region: str | None) -> Cloud:
    from insightctl.cloud.session import Access, Cloud

    return Cloud(Access(profile, region))


def _wanted(
    names: list[str] | None, files: list[str] | None, prefix: str, groups: list[str] | None
) -> tuple[Wanted, ...]:
    from insightctl.library.definitions.sources import from_library, from_paths
    from insightctl.library.definitions.wanted import wanted

    found = from_paths(files, names or ()) if files else from_library(names or ())
    return wanted(found, prefix, groups or ())


def _pairs(given: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in given or []]
    for name, sign, value in pairs:
        if not sign:
            raise UsageError(f"--param {name}{value} is not NAME=VALUE", remedy="such as --param bin=1m")
    return {name: value for name, _, value in pairs}


def _say_how_to_run(steps: Plan) -> None:
    from insightctl.cli.library_text import call_text

    if steps.to_write:
        print(f"Run one: insightctl query '{call_text(steps.to_write[0].definition)}' -f FUNCTION")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InsightctlError(
            f"cannot make the folder {path.parent}: {(error.strerror or str(error)).lower()}",
            remedy="name another one with --out",
        ) from None
    terminal.write_file(path, text)


def _colour() -> bool:
    return terminal.colour(terminal.width() is not None)
