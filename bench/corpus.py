"""Logs to measure on: a gigabyte and more of the demo's, made once under bench/data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DATA = Path(os.environ.get("INSIGHTCTL_BENCH_DATA", Path(__file__).parent / "data"))
TOOL = str(Path(sys.executable).parent / "insightctl")
QUERY = 'filter @type = "REPORT" | stats count(*), pct(@duration, 99) by bin(5m)'
CURATED = ("coldstarts", "p99-duration", "errors-by-version", "error-rate", "deployments")


def logs(gigabytes: float) -> Path:
    """The folder with the logs of five functions, so many GB in all."""
    folder = DATA / f"{gigabytes:g}GB"
    if not (folder / "truth.json").exists():
        size = f"{round(gigabytes * 1000)}MB"
        end = "2026-11-24T00:00"
        argv = [TOOL, "demo", "--generate-only", "--bytes", size, "--end", end, "--out", str(folder)]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return folder / "logs"


def one_log(gigabytes: float = 2.1) -> Path:
    """The biggest file of them: about a GB of `aws logs tail` text at 2.1."""
    return logs(gigabytes) / "checkout.log"


def store(path: Path, name: str) -> Path:
    """A store of a file or folder, imported once."""
    folder = DATA / "stores" / name
    if not (folder / "store.json").exists():
        argv = [TOOL, "local", "import", str(path), "--store", str(folder)]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return folder


def megabytes(path: Path) -> float:
    """The size of a file or of all files in a folder, in MB."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(p.stat().st_size for p in files) / 1e6
