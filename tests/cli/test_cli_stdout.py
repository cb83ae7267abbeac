"""Standard output that goes away or is full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import World


def shell(script: str, world: World) -> subprocess.CompletedProcess[str]:
    tool = f"{sys.executable} -m insightctl"
    whole = f"set -o pipefail; {script.replace('insightctl', tool, 1)}"
    return subprocess.run(["bash", "-c", whole], capture_output=True, text=True, cwd=world.folder)


@pytest.mark.parametrize(
    "command", ["query coldstarts --bin 1m --local logs", "run 'fields @message' --local logs -o jsonl", "query"]
)
def test_a_reader_that_has_enough_is_no_error(world: World, command: str) -> None:
    done = shell(f"insightctl {command} | head -1", world)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_said(world: World) -> None:
    done = shell("insightctl query health --local logs > /dev/full", world)
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot write the output: no space left on device\n")


def test_a_named_file_is_found_beside_a_function(world: World) -> None:
    done = shell(
        "insightctl query health -f cart --local logs -g /aws/lambda/copy=logs/cart.log -o csv --columns function",
        world,
    )
    assert sorted(done.stdout.split()[1:]) == ["cart"] or sorted(done.stdout.split()[1:]) == ["cart", "copy"]
