"""Whole commands, timed by the clock on the wall: the best of several runs, interleaved so that load hits all alike."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence


def best_of(commands: Mapping[str, Sequence[str]], runs: int = 7) -> dict[str, float]:
    """Seconds of the fastest run of each command. Raises CalledProcessError when one fails."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(runs):
        for name, argv in commands.items():
            started = time.perf_counter()
            subprocess.run(argv, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def table(title: str, seconds: Mapping[str, float], base: str) -> str:
    """A Markdown table with each time and its ratio to the base."""
    lines = [f"### {title}", "", f"| command | seconds | ratio to {base} |", "|---|---:|---:|"]
    lines += [f"| {name} | {value:.3f} | {value / seconds[base]:.2f} |" for name, value in seconds.items()]
    return "\n".join(lines) + "\n"
