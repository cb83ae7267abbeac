"""Cost over size, and memory: the curated queries over 0.1, 1 and 10 GB of raw logs with --memory-limit 1GB."""

from __future__ import annotations

import os
import time

from bench.corpus import CURATED, TOOL, logs, megabytes

SIZES = tuple(float(size) for size in os.environ.get("INSIGHTCTL_BENCH_GB", "0.1,1,10").split(","))


def _run(argv: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory in MB of a command. Raises RuntimeError when it fails."""
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.execv(argv[0], argv)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"{argv} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1000


def main() -> str:
    """The figures, as Markdown."""
    lines = [
        "### Size and memory: raw logs, --memory-limit 1GB",
        "",
        "| query | " + " | ".join(f"{s:g} GB: s | peak MB" for s in SIZES) + " |",
    ]
    lines.append("|---|" + "---:|" * (2 * len(SIZES)))
    folders = [logs(size) for size in SIZES]
    for name in CURATED:
        cells = []
        for folder in folders:
            seconds, memory = _run([TOOL, "query", name, "--local", str(folder), "--memory-limit", "1GB"])
            cells.append(f"{seconds:.1f} | {memory:,.0f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    sizes = ", ".join(f"{megabytes(folder):,.0f}" for folder in folders)
    return "\n".join([*lines, "", f"MB on the disk: {sizes} (one function's logs are gzip)."]) + "\n"
