"""The list: found by the words that people have for it, on one line each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insightctl.cli.catalogue import listing
from insightctl.library import load_all
from insightctl.library.search import found, stem
from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("throttl", {"throttled-downstream"}),
        ("throttling", {"throttled-downstream"}),
        ("429", {"throttled-downstream"}),
        ("cold start", {"coldstarts"}),
        ("cold-starts", {"coldstarts"}),
        ("timeout", {"timeouts"}),
        ("timed out", {"timeouts"}),
        ("out of memory", {"out-of-memory"}),
        ("oom", {"out-of-memory"}),
        ("slow", {"slowest", "p99-duration"}),
        ("why is my lambda slow", {"slowest", "p99-duration"}),
        ("p99", {"p99-duration"}),
        ("which deploy broke it", {"deployments", "errors-by-version"}),
        ("access denied", {"permission-errors"}),
        ("iam", {"permission-errors"}),
        ("dns", {"network-errors"}),
        ("histogram", {"duration-histogram"}),
        ("errors by version", {"errors-by-version"}),
        ("snapstart", {"restores"}),
        ("extension overhead", {"extensions", "handler-vs-overhead"}),
    ],
)
def test_the_right_query_is_the_first_try(words: str, names: set[str]) -> None:
    first = [spec.name for spec in found(load_all(), words)]
    assert first and first[0] in names, first


def test_nothing_is_found_for_nonsense(cli: Cli) -> None:
    assert found(load_all(), "xyzzy") == ()
    assert cli("query", "--search", "xyzzy").out == "no query about 'xyzzy'; 'insightctl query' lists all\n"


def test_stems() -> None:
    assert {stem(word) for word in ("throttle", "throttled", "throttling", "throttles")} == {"throttl"}
    assert stem("bytes") == "byt" and stem("is") == "is"


def test_a_line_each_within_the_width() -> None:
    text = listing(load_all(), None, width=80, colour=False)
    lines = [line for line in text.split("\n") if line.startswith("  ")]
    assert len(lines) == len(load_all())
    assert all(len(line) <= 80 for line in lines)
    assert text.startswith("Is it working?  @triage\n")


def test_search_as_json_is_in_order(cli: Cli) -> None:
    names = [q["name"] for q in json.loads(cli("query", "--search", "cold start", "-o", "json").out)["queries"]]
    assert names[0] == "coldstarts" and len(names) < len(load_all())


def test_completion_of_names_and_values(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    def complete(words: str) -> list[str]:
        environ = os.environ | {
            "_INSIGHTCTL_COMPLETE": "complete_bash",
            "COMP_WORDS": f"insightctl {words}",
            "COMP_CWORD": str(words.count(" ") + 1),
        }
        program = str(Path(sys.executable).parent / "insightctl")
        return subprocess.run([program], env=environ, capture_output=True, text=True).stdout.split()

    assert {"coldstarts", "coldstart-cost"} <= set(complete("query cold"))
    assert complete("query @tri") == ["@triage"]
    assert complete("query error-rate --by v") == ["version"]
    assert "5m" in complete("query coldstarts --bin 5")
