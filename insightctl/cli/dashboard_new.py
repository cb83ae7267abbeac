"""`insightctl dashboard new`: a definition proposed from a template or a live stack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.dashboards.stacks import Inventory, Template

_STACK_FILES = ("template", "sam-template", "packaged", "cloudformation", "sam", "main", "stack")
_MOST_BYTES = 20_000_000

Stack = Annotated[
    str | None,
    typer.Option("--stack", metavar="NAME", help="A live CloudFormation stack; with --template, what it is called."),
]
TemplateFile = Annotated[
    Path | None,
    typer.Option("--template", metavar="FILE", help="A template of CloudFormation or SAM, in YAML or JSON."),
]
Title = Annotated[str | None, typer.Option("--title", help="The title. Default: the stack's or the template's name.")]


def new(
    template: TemplateFile = None,
    stack: Stack = None,
    title: Title = None,
    out: o.OutFile = None,
    region: o.Region = None,
    profile: o.Profile = None,
) -> None:
    """Propose a definition for what a template or a live stack holds: functions, what feeds them, where they store.

    The template alone asks AWS nothing. What it has no widget for, and what it does not name, is said.

    Example: insightctl dashboard new --template template.yaml --out shop.toml
    """
    from insightctl.dashboards.stacks import definition, propose
    from insightctl.render import safe

    if template is None and stack is None:
        raise UsageError("of what?", remedy="--template template.yaml, --stack NAME, or both")
    read = _read(template) if template else None
    found = _found(read, stack, profile, region)
    source = f"the stack {stack}" if stack and not template else str(template)
    proposal = propose(found, title or stack or _named_after(template), source)
    for note in proposal.notes:
        terminal.warn(note)
    text = definition(proposal, file=out or "FILE.toml")
    if out:
        terminal.write_file(Path(out), text)
        print(f"proposed {safe.line(out)}: {len(proposal.rows)} rows, {len(proposal.alarms)} alarms")
        print(safe.line(f"next: insightctl dashboard lint {out}, then insightctl dashboard preview {out}"))
    else:
        print(safe.text(text), end="")


def _found(template: Template | None, stack: str | None, profile: str | None, region: str | None) -> Inventory:
    from insightctl.dashboards.stacks import Known, inventory

    if stack is None:
        assert template is not None
        return inventory(template, Known(region=region))
    from insightctl.cloud.session import Access
    from insightctl.dashboards.stacks.live import live_inventory

    return live_inventory(Access(profile, region), stack, template)


def _read(file: Path) -> Template:
    from insightctl.dashboards.stacks import read_template

    try:
        if file.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{file} is too large for a template", remedy="CloudFormation takes 1 MB")
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text", remedy="save the file as UTF-8") from error
    except OSError as error:
        raise UsageError(f"cannot read {file}: {(error.strerror or str(error)).lower()}") from error
    return read_template(text, str(file))


def _named_after(file: Path | None) -> str:
    """The template's name; of `shop/template.yaml` the folder's."""
    if file is None:
        return "Stack"
    stem = file.name.partition(".")[0]
    return file.resolve().parent.name or stem if stem.lower() in _STACK_FILES else stem
