"""How long it takes to answer nothing: against `aws --version`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.timing import best_of, table


def main() -> str:
    """The figures, as Markdown."""
    folder = Path(sys.executable).parent
    tool = str(folder / "insightctl")
    seconds = best_of(
        {
            "aws --version": [str(folder / "aws"), "--version"],
            "insightctl --version": [tool, "--version"],
            "insightctl --help": [tool, "--help"],
            "insightctl query --help": [tool, "query", "--help"],
            "insightctl query (the list)": [tool, "query"],
        }
    )
    return table("Start-up", seconds, "aws --version")
