"""Templates of a generated log: masked and counted first (ours), against Drain row by row over the same masked texts."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.corpus import one_log
from bench.timing import best_of, table

_DRAIN = """
import re, sys
from drain3.drain import Drain
miner = Drain()
mask = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\d+")
with open(sys.argv[1], encoding="utf-8") as file:
    for line in file:
        miner.add_log_message(mask.sub("<*>", line))
print(len(miner.clusters))
"""


def main() -> str:
    """The figures, as Markdown."""
    log = one_log(0.5)
    bin_ = Path(sys.executable).parent / "insightctl"
    commands = {
        "drain3 over every line": [sys.executable, "-c", _DRAIN, str(log)],
        "insightctl run 'pattern @message'": [str(bin_), "run", "pattern @message", "--local", str(log)],
    }
    return table(
        f"Patterns, {log.stat().st_size / 1e6:.0f} MB of text", best_of(commands, runs=3), "drain3 over every line"
    )
