"""Writes the generated pages of docs/: `make docs`. `--check` says what is stale instead (exit 1)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from insightctl.library import load_all
from insightctl.library.pages import markdown
from insightctl.ql.codes import CODES
from insightctl.ql.commands import COMMANDS
from insightctl.ql.functions import FUNCTIONS

ROOT = Path(__file__).parent.parent
_MADE = "<!-- made by `make docs`; edit the tables in the code instead -->\n\n"


def queries_page() -> str:
    """The catalogue of curated queries."""
    return markdown(load_all(), {}, _MADE.strip())


def language_page() -> str:
    """The reference of the language, from the tables."""
    notes = (ROOT / "docs" / "language-notes.md").read_text("utf-8")
    parts = ["# The language\n\n", _MADE, notes, "\n## Commands\n\n"]
    parts.append("| command | | example | since | same on the service |\n|---|---|---|---|---|\n")
    for info in dict.fromkeys(COMMANDS.values()):
        also = f" (also {', '.join(info.aliases)})" if info.aliases else ""
        cells = (f"`{_cell(info.syntax)}`{also}", info.doc, f"`{_cell(info.example)}`", info.since, info.same)
        parts.append(f"| {' | '.join(cells)} |\n")
    parts.append("\n## Functions\n")
    for group in dict.fromkeys(f.group for f in FUNCTIONS.values()):
        parts.append(f"\n### {_GROUPS[group]}\n\n")
        parts.append("| function | gives | | since | same on the service |\n|---|---|---|---|---|\n")
        for f in FUNCTIONS.values():
            if f.group == group:
                also = f" (also {', '.join(f.aliases)})" if f.aliases else ""
                gives = "the same type" if f.result == "same" else f.result
                parts.append(f"| `{_cell(f.signature)}`{also} | {gives} | {f.doc} | {f.since} | {f.same} |\n")
    return "".join(parts)


_GROUPS = {
    "aggregate": "Aggregates, in stats",
    "numeric": "Numeric",
    "datetime": "Datetime",
    "general": "General",
    "json": "JSON",
    "ip": "IP addresses",
    "string": "String",
}


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def diagnostics_page() -> str:
    """Every diagnostic code."""
    parts = ["# Diagnostics\n\n", _MADE, "In the terminal: `insightctl explain QL012`.\n"]
    for code in CODES.values():
        parts.append(f"\n## {code.code}: {code.title}\n\n{code.severity}: {code.why}\n\n")
        parts.append(f"Wrong: `{code.wrong}`\n\nRight: `{code.right}`\n")
    return "".join(parts)


_COMMANDS = (
    "query",
    "query coldstarts",
    "query @triage",
    "run",
    "triage",
    "dashboard list",
    "dashboard show",
    "dashboard render",
    "dashboard lint",
    "dashboard diff",
    "dashboard deploy",
    "ql check",
    "ql format",
    "ql explain",
    "ql sql",
    "ql functions",
    "ql lsp",
    "ql grammar",
    "library list",
    "library show",
    "library new",
    "library lint",
    "library docs",
    "library push",
    "library diff",
    "library pull",
    "local import",
    "local list",
    "local fields",
    "local drop",
    "local verify",
    "local compact",
    "logs pull",
    "explain",
    "demo",
    "serve",
)


def cli_page() -> str:
    """Every command's help."""
    parts = ["# Commands\n\n", _MADE]
    for command in ("", *_COMMANDS):
        argv = [str(Path(sys.executable).parent / "insightctl"), *command.split(), "--help"]
        env = os.environ | {"COLUMNS": "110", "TERMINAL_WIDTH": "110", "NO_COLOR": "1"}
        done = subprocess.run(argv, capture_output=True, text=True, env=env, check=True)
        parts.append(f"## insightctl {command}".rstrip() + f"\n\n```\n{done.stdout.strip()}\n```\n\n")
    return "".join(parts).rstrip() + "\n"


PAGES = {
    "docs/queries.md": queries_page,
    "docs/language.md": language_page,
    "docs/diagnostics.md": diagnostics_page,
    "docs/commands.md": cli_page,
}


def main() -> int:
    """Writes the pages, or checks them."""
    stale = []
    for name, make in PAGES.items():
        text = make()
        path = ROOT / name
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, "utf-8")
    print(
        "\n".join(f"{'stale' if '--check' in sys.argv else 'wrote'} {name}" for name in stale) or "docs are up to date"
    )
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
