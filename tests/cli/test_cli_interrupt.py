"""Ctrl-C stops at once, says so, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import World


def test_ctrl_c_while_the_engine_works(world: World, tmp_path: Path) -> None:
    big = tmp_path / "big.log"
    one = (world.logs / "checkout.log").read_bytes()
    with big.open("wb") as out:
        for _ in range(60):
            out.write(one)
    spool = tmp_path / "spool"
    spool.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "insightctl", "query", "errors-by-version", "--local", str(big)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(spool)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while process.poll() is None and not any(spool.iterdir()):
        time.sleep(0.05)
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    out_text, err = process.communicate(timeout=20)
    assert (process.returncode, out_text) == (130, "")
    assert err == "error: interrupted; nothing was left behind\n"
    assert list(spool.iterdir()) == []
