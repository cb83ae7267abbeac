"""Runs the benchmarks named on the command line, all without one, and prints Markdown."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module
from itertools import takewhile

BENCHMARKS = (
    "startup",
    "language",
    "local",
    "stores",
    "scale",
    "patterns",
    "cloud",
    "triage",
    "triage-speed",
    "dashboards",
)


def main() -> None:
    """Prints the figures."""
    import duckdb

    import insightctl

    print(
        f"insightctl {insightctl.__version__} · Python {platform.python_version()} · DuckDB {duckdb.__version__} · "
        f"{platform.machine()}, {os.cpu_count()} cores\n"
    )
    # Options belong to the benchmark before them, which reads them itself.
    for name in [*takewhile(lambda word: not word.startswith("-"), sys.argv[1:])] or BENCHMARKS:
        print(import_module(f"bench.{name.replace('-', '_')}").main())


if __name__ == "__main__":
    main()
