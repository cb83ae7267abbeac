"""The scheduler against an adversary: the whole answer or a clear error, inside the quotas, nothing left running."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.cloud.schedule import Patience
from insightctl.cloud.schedule.pace import Pace
from insightctl.core.errors import CloudError, PartialAnswer
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.journal import busiest_second
from insightctl.emulator.server import Emulator
from tests.effort import examples, mostly_slow

START = 1_795_428_000_000
EVENTS = 240
SPAN = TimeRange(START, START + EVENTS * 1000)


@pytest.fixture(scope="module")
def adversary() -> Iterator[Emulator]:
    with Emulator() as running:
        running.put("/aws/lambda/a", "s", [(START + n * 1000, f'{{"n": {n}}}') for n in range(EVENTS)])
        yield running


@pytest.fixture(autouse=True)
def settings(adversary: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", adversary.url)
    adversary.suffer(Adversity())
    adversary.clear_journal()


def ask(slices: int = 6, patience: Patience | None = None) -> Result:
    job = QueryJob("stats count(*) as c, sum(n) as s", Target(functions=("a",)), SPAN)
    split = SPAN.duration_ms // slices
    return CloudWatchBackend(split_ms=split, patience=patience).run(job)


def settled(adversary: Emulator) -> bool:
    """Whether no query runs any more."""
    for _ in range(40):
        if not adversary.running():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("seed", mostly_slow(range(12), (0, 1, 2)))
def test_one_call_in_five_fails(adversary: Emulator, seed: int) -> None:
    faults = Adversity(
        seed=seed, throttle=0.06, server_error=0.05, reset=0.06, slow=0.03, slow_seconds=0.1, query_failed=0.05,
        partial=0.5, starts_per_s=10, results_per_s=10, concurrent=100, others=(95, 99),
    )  # fmt: skip
    adversary.suffer(faults)
    try:
        assert ask(patience=Patience(backoff_s=0.05)).rows == ((EVENTS, EVENTS * (EVENTS - 1) // 2),)
    except PartialAnswer as error:
        assert error.exit_code == 4
    finally:
        assert busiest_second(adversary.journal, "StartQuery") <= 10
        assert busiest_second(adversary.journal, "GetQueryResults") <= 10
        adversary.suffer(Adversity())
    assert settled(adversary)


def test_queries_that_never_begin_are_started_anew(adversary: Emulator) -> None:
    adversary.suffer(Adversity(seed=4, query_stuck=0.4))
    assert ask(patience=Patience(scheduled_s=0.5, starts=12)).rows[0][0] == EVENTS
    adversary.suffer(Adversity())
    assert settled(adversary)


def test_queries_that_take_too_long_are_cut(adversary: Emulator) -> None:
    adversary.suffer(Adversity(seed=9, query_timeout=0.5))
    assert ask(2).rows[0][0] == EVENTS


def test_expired_credentials_half_way(adversary: Emulator) -> None:
    adversary.suffer(Adversity(expire_after_calls=9))
    with pytest.raises(PartialAnswer, match=r"credentials have expired; \d of 12 queries were done") as caught:
        ask(12)
    assert caught.value.exit_code == 4


def test_a_group_deleted_half_way(adversary: Emulator) -> None:
    adversary.put("/aws/lambda/gone", "s", [(START, "x")])
    adversary.suffer(Adversity(delete_group="/aws/lambda/gone", delete_group_after_calls=6))
    job = QueryJob("stats count(*)", Target(functions=("gone",)), SPAN)
    with pytest.raises(PartialAnswer, match=r"deleted while the run went on \(/aws/lambda/gone\)"):
        CloudWatchBackend(split_ms=SPAN.duration_ms // 12).run(job)
    adversary.suffer(Adversity())
    assert settled(adversary)


def test_a_machine_that_slept_goes_on(adversary: Emulator) -> None:
    """Ten minutes pass at once, in the middle of a run."""
    jump = [0.0]
    threading.Timer(0.4, lambda: jump.__setitem__(0, 600.0)).start()
    adversary.suffer(Adversity(query_seconds=0.5))
    job = QueryJob("stats count(*) as c", Target(functions=("a",)), SPAN)
    backend = CloudWatchBackend(split_ms=SPAN.duration_ms // 8, now=lambda: time.monotonic() + jump[0])
    assert backend.run(job).rows == ((EVENTS,),)


def test_a_start_that_was_never_answered_is_taken_over(adversary: Emulator) -> None:
    adversary.suffer(Adversity(seed=1, reset=1.0, only=("StartQuery",)))
    threading.Timer(0.6, lambda: adversary.suffer(Adversity())).start()
    assert ask(3).rows[0][0] == EVENTS
    assert settled(adversary)


def test_ctrl_c_leaves_nothing_running(adversary: Emulator) -> None:
    adversary.suffer(Adversity(query_seconds=30))
    script = (
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from insightctl.cli.app import run\n"
        "sys.argv = ['insightctl', 'run', 'stats count(*)', '-f', 'a', '--since', '2026-11-23T10:00', "
        "'--until', '2026-11-23T10:04', '--split', '10s']\nsys.exit(run())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    for _ in range(200):
        if len(adversary.running()) >= 12:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert "stopped on CloudWatch" in told
    assert not adversary.running()


def test_a_pace_holds_wherever_requests_are_held_up() -> None:
    clock = [0.0]
    pace = Pace(3, lambda: clock[0])
    for _ in range(3):
        assert pace.take()
    assert not pace.take()
    assert pace.wait_s() == float("inf")  # none was answered: any of them may arrive now
    clock[0] = 0.4
    pace.answered()
    assert pace.wait_s() == pytest.approx(1.0)
    clock[0] = 1.4
    assert pace.wait_s() == 0
    pace.throttled()
    assert pace.wait_s() >= 0.5


def test_a_run_that_was_given_up_leaves_the_pace_whole(adversary: Emulator) -> None:
    """The quotas are the process's: calls that nobody waits for any more have to be given back too."""
    for seed in range(examples(2, 6)):
        adversary.suffer(Adversity(seed=seed, slow=1.0, slow_seconds=0.3, expire_after_calls=8))
        with pytest.raises(CloudError):
            ask(12)
    adversary.suffer(Adversity())
    began = time.monotonic()
    assert ask(12).rows[0][0] == EVENTS
    assert time.monotonic() - began < 30


def test_many_slices_are_as_fast_as_the_quotas_allow(adversary: Emulator) -> None:
    adversary.suffer(Adversity(query_seconds=1.0, starts_per_s=10, results_per_s=10, concurrent=100))
    assert ask(30).rows[0][0] == EVENTS
    starts = [entry.at for entry in adversary.journal if entry.operation == "StartQuery"]
    assert max(starts) - min(starts) < 6.0  # three seconds are needed; on a busy machine it takes longer
    assert busiest_second(adversary.journal, "GetQueryResults") <= 10
