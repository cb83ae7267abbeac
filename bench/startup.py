"""How long it takes to answer nothing: against `aws --version`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.corpus import logs
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
    small = logs(0.001) / "checkout.log"
    answered = best_of(
        {
            "python -c 'import duckdb'": [sys.executable, "-c", "import duckdb"],
            "insightctl run 'stats count(*)' --local small.log": [tool, "run", "stats count(*)", "--local", str(small)],
        }
    )
    return (
        table("Start-up", seconds, "aws --version")
        + "\n"
        + table("First answer", answered, "python -c 'import duckdb'")
    )
