"""`triage --watch`: what a look says of the one before, what all of them cost, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from insightctl.cli.app import run
from insightctl.cli.triage_show import Shown
from insightctl.cli.triage_watch import watch
from insightctl.core.errors import CloudError, CostRefused
from insightctl.core.job import Target
from insightctl.core.time import from_ms
from insightctl.deployments import Deployment
from insightctl.local import LocalBackend, LogSource
from insightctl.triage import Cause, Finding, Report, triage
from insightctl.triage.model import Severity, Tally
from insightctl.triage.watching import Spent, changes, looks
from tests.triage.test_triage_why import TRACE, look, steady

AT = from_ms(1_795_428_000_000)


def finding(code: str, severity: Severity = "critical") -> Finding:
    return Finding(code, severity, f"shop: {code}", "shop", "7", AT, AT, AT, Cause("unknown"), "high", ())


def report(*findings: Finding, usd: float | None = None) -> Report:
    return Report("shop", None, findings, (), Tally(queries=6, bytes_scanned=100, cost_usd=usd))


def test_what_changed() -> None:
    before = report(finding("slower-since", "warning"), finding("memory-growth", "warning"))
    after = report(finding("failures-since"), finding("slower-since"))
    after = replace(after, deployments=(Deployment("shop", "8", AT, "logs"),))

    assert changes(before, after) == (
        "the verdict is critical, it was warning",
        "new, critical: shop: failures-since",
        "now critical, was warning: shop: slower-since",
        "no longer there: shop: memory-growth",
        "deployed: version 8 of shop at 10:00 UTC",
    )
    assert changes(after, after) == ()


def test_it_ends_before_a_look_that_is_too_dear() -> None:
    waits: list[float] = []
    seen = looks(lambda: report(usd=0.02), 60, waits.append, max_usd=0.05)

    assert [next(seen).spent.usd, next(seen).spent.usd] == [0.02, 0.04]
    with pytest.raises(CostRefused, match=r"2 looks have cost about 0\.0400 USD"):
        next(seen)
    assert len(waits) == 1


def test_a_look_that_fails_is_told_and_the_next_one_comes() -> None:
    answers: Iterator[Report | CloudError] = iter(
        [report(), CloudError("throttled"), report(finding("failures-since"))]
    )

    def ask() -> Report:
        answer = next(answers)
        if isinstance(answer, CloudError):
            raise answer
        return answer

    seen = looks(ask, 0, lambda _: None)
    first, failed, last = next(seen), next(seen), next(seen)

    assert (first.changes, failed.failed is not None, failed.report) == ((), True, first.report)
    assert last.changes[0] == "the verdict is critical, it was ok"
    assert last.spent == Spent(12, 200)


def test_the_first_look_must_work() -> None:
    def ask() -> Report:
        raise CloudError("no such log group")

    with pytest.raises(CloudError):
        next(looks(ask, 0, lambda _: None))


def test_a_fresh_failure_is_seen_by_the_next_look(tmp_path: Path) -> None:
    told = f"[ERROR] ValueError: bad price{TRACE}"
    backend = LocalBackend([LogSource(tmp_path / "shop.log")])
    look(tmp_path, steady(100, 999, ""))
    seen = looks(lambda: triage(backend, Target(), None), 0, lambda _: None)
    calm = next(seen)
    look(tmp_path, steady(170, 100, told))
    after = next(seen)

    assert (calm.report.verdict, after.report.verdict) == ("ok", "critical")
    assert after.changes[0] == "the verdict is critical, it was ok"
    assert any(change.startswith("new, critical: shop") for change in after.changes)


def _until(process: subprocess.Popen[str], is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_there():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)


def _watching(log: Path, out: Path) -> subprocess.Popen[str]:
    with out.open("w") as handle:
        return subprocess.Popen(
            [sys.executable, "-m", "insightctl", "triage", "--watch", "--every", "1s", "--local", str(log)],
            stdout=handle,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )


def test_piped_each_look_is_a_line_until_ctrl_c(tmp_path: Path) -> None:
    look(tmp_path, steady(60, 999, ""))
    out = tmp_path / "out"
    process = _watching(tmp_path / "shop.log", out)
    _until(process, lambda: "look 2 at" in out.read_text("utf-8"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    text = out.read_text("utf-8")
    assert process.returncode == 130 and err.startswith("error: interrupted; ")
    assert "every 1 s: verdict ok" in text and "every 1 s: nothing changed; " in text
    assert text.count("nothing stands out") == 1 and "\x1b" not in text


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([report(usd=0.01), report(finding("failures-since"), usd=0.01)])
    with pytest.raises(CostRefused):
        watch(lambda: next(answers), 0, 0.025, Shown("json"))

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["look"], first["changes"], second["look"]) == (1, [], 2)
    assert second["changes"][0] == "the verdict is critical, it was ok"
    assert second["spent"] == {"queries": 12, "bytes": 200, "usd": 0.02}
    assert second["report"]["verdict"] == "critical"


def test_json_in_a_file_is_the_newest_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([report(usd=0.01), report(finding("failures-since"), usd=0.01)])
    file = tmp_path / "look.json"
    with pytest.raises(CostRefused):
        watch(lambda: next(answers), 0, 0.025, Shown("json", str(file)))

    assert (document := json.loads(file.read_text("utf-8")))["look"] == 2
    assert document["report"]["verdict"] == "critical"
    assert [line.partition(" at ")[0] for line in capsys.readouterr().out.splitlines()] == ["look 1", "look 2"]


def test_on_a_terminal_it_has_a_screen_of_its_own_and_leaves_the_last_look(tmp_path: Path) -> None:
    look(tmp_path, steady(60, 999, ""))
    master, slave = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "insightctl", "triage", "--watch", "--every", "1s", "--local", tmp_path / "shop.log"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(slave)
    text = b""
    while b"look 2 at" not in text:
        text += os.read(master, 65536)
    process.send_signal(signal.SIGINT)
    try:
        while part := os.read(master, 65536):
            text += part
    except OSError:  # Linux: the other end is closed
        pass
    os.close(master)

    assert process.wait(20) == 130
    screen, _, after = text.partition(b"\x1b[?1049l")
    assert screen.count(b"\x1b[?1049h") == 1 and b"nothing changed" in screen
    assert b"nothing stands out" in after and b"interrupted" in after


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--watch", "--until", "2026-11-23"], "it takes no --until"),
        (["--watch", "--every", "10ms"], "too often"),
        (["--watch", "--exit-code"], "only Ctrl-C ends it"),
        (["--watch", "-o", "html"], "name a file"),
        (["--watch", "--fleet"], "--fleet does not go with --watch"),
        (["--limit", "3"], "--limit goes with --fleet"),
        (["--baseline", "7d"], "nothing lies before all of the data"),
        (["--dry-run"], "local logs cost nothing"),
        (["--logs-only"], "are for CloudWatch"),
        (["--max-bytes", "1GB"], "are for CloudWatch"),
        (["--max-bytes", "much"], "'much' is not a size"),
    ],
)
def test_what_does_not_go_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    log = tmp_path / "shop.log"
    log.write_text("2026-11-23T10:00:00.000000+00:00 2026/11/23/[7]a hello\n", "utf-8")

    assert run(["triage", "--local", str(log), *options]) == 2
    assert said in capsys.readouterr().err
