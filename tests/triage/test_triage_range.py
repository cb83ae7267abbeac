"""Which range a look is about: local logs end with their last event, and `--baseline` lies before the range."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from insightctl.cli.app import run
from insightctl.cli.setup import When, Where
from insightctl.cli.triage_look import before, ready
from insightctl.core.errors import InsightctlError, UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.core.time import TimeRange, to_ms
from insightctl.local import LocalBackend, LogSource
from insightctl.local.stores.importing import import_logs
from insightctl.local.stores.layout import Store
from insightctl.triage.asking import Asking
from insightctl.triage.probes import of_data, within_data
from tests.triage.test_triage_why import START, look, steady

DAY_MS = 86_400_000


def test_local_logs_end_with_their_last_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    look(tmp_path, steady(100, 999, ""))
    log = str(tmp_path / "shop.log")
    asked = TimeRange(to_ms(START), to_ms(START) + 2 * DAY_MS)
    last = to_ms(START + timedelta(minutes=99.5))

    found = within_data(LocalBackend([LogSource(Path(log))]), asked)
    assert found == TimeRange(asked.start_ms, last + 1)
    nothing = TimeRange(to_ms(START) + DAY_MS, to_ms(START) + 2 * DAY_MS)
    assert within_data(LocalBackend([LogSource(Path(log))]), nothing) == nothing
    early = TimeRange(asked.start_ms, asked.start_ms + 60_000)
    assert within_data(LocalBackend([LogSource(Path(log))]), early).end_ms <= early.end_ms

    assert run(["triage", "--local", log, "--since", START.isoformat(), "-o", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["time"]["end"]) == ("ok", "2026-11-23T11:39:30.001Z")


def test_a_function_that_stops_while_others_go_on_is_still_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    look(tmp_path, steady(100, 999, ""))
    other = (tmp_path / "shop.log").read_text("utf-8")
    look(tmp_path, steady(170, 999, ""))
    (tmp_path / "cart.log").write_text(other, "utf-8")

    argv = ["triage", "cart", "--local", str(tmp_path), "--since", START.isoformat(), "-o", "json"]
    assert run(argv) == 0
    told = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in told["findings"]] == ["traffic-gone"]


def test_the_baseline_lies_before_the_range(tmp_path: Path) -> None:
    look(tmp_path, steady(60, 999, ""))
    where = Where(local=(str(tmp_path / "shop.log"),))
    asked = ready(where, When(since=START.isoformat()), "7d")

    assert asked.prepared.time is not None
    assert asked.baseline == TimeRange(to_ms(START) - 7 * DAY_MS, to_ms(START))
    assert before(TimeRange(100, 130), "same") == TimeRange(70, 100)
    assert before(None, None) is None
    with pytest.raises(UsageError, match="nothing lies before"):
        before(None, "7d")
    with pytest.raises(UsageError, match="is not a duration"):
        before(TimeRange(100, 130), "weekly")


def test_a_store_knows_from_when_to_when_it_has_logs(tmp_path: Path) -> None:
    """As the query over the same file says, which a store is spared."""
    look(tmp_path, steady(100, 999, ""))
    log = LogSource(tmp_path / "shop.log", "/aws/lambda/shop")
    import_logs(Store.create(tmp_path / "store"), [log])
    kept = LocalBackend([LogSource(tmp_path / "store")])

    asked = Asking(LocalBackend([log]), Target(), None)
    spared = Asking(kept, Target(), None)
    assert of_data(spared) == of_data(asked) == kept.span(QueryJob(""))
    assert (asked.ran, spared.ran) == (["span"], [])
    assert LocalBackend([LogSource(tmp_path / "store"), log]).known_span(Target()) is None
    with pytest.raises(InsightctlError, match="cart"):
        of_data(Asking(kept, Target(log_groups=("/aws/lambda/cart",)), None))
