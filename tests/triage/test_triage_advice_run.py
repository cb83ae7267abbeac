"""Advice over logs: against the demo's truth, through the emulator with what Lambda says, and by the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from insightctl.cli.app import run
from insightctl.cloud.backend import CloudWatchBackend
from insightctl.cloud.session import Access, Cloud
from insightctl.core.job import Target
from insightctl.core.prices import price_list
from insightctl.core.time import TimeRange, from_ms, iso
from insightctl.demo import Scenario, Truth, generate
from insightctl.demo.planted import plant
from insightctl.emulator.account.facts import Account, Config, Function, Provisioned
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.local import LocalBackend, LogSource
from insightctl.triage.advice import Advice, Advised, Costs, advise, read_settings
from insightctl.triage.advice.asking import ReadSettings

END_MS = 1_795_480_000_000
COSTS = Costs(price_list(), "eu-west-1")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=7, end_ms=END_MS, days=1.5, invocations=2_000), tmp_path_factory.mktemp("day"))


def logs(day: Truth) -> Path:
    return day.truth_file.parent / "logs"


@pytest.fixture(scope="module")
def advised(day: Truth) -> Advised:
    return advise(LocalBackend([LogSource(logs(day))]), Target(), None, COSTS)


def find(advised: Advised, function: str, kind: str) -> Advice:
    [advice] = [a for a in advised.advices if (a.function, a.kind) == (function, kind)]
    return advice


def numbers(advice: Advice) -> dict[str, float]:
    return {number.name: number.value for number in advice.numbers}


def test_the_demo_is_read_as_it_was_told(day: Truth, advised: Advised) -> None:
    assert advised.functions == ("cart", "checkout", "notify", "payments", "search")
    assert (advised.queries, advised.skipped) == (5, ())
    month = 30 * 86_400_000 / (advised.time.duration_ms if advised.time else 1)
    checkout = day.function("checkout")
    found = numbers(find(advised, "checkout", "provisioned"))
    felt = checkout.cold_starts + checkout.init_failures  # an init that failed was waited for, too
    assert found["cold_starts_month"] == pytest.approx(felt * month, rel=0.05)
    assert find(advised, "search", "snapstart").sentence.startswith("has SnapStart already: ")
    assert numbers(find(advised, "search", "snapstart"))["restores"] == day.function("search").restores
    # 128 MB is the least there is: nothing to save, and a risk where an attempt was killed
    assert find(advised, "notify", "memory").risk is (day.function("notify").out_of_memory > 0)
    # only a timeout tells the limit in logs
    late = [a for a in advised.advices if a.kind == "timeout"]
    assert {a.function for a in late} == {f.name for f in day.functions if f.timeouts}
    assert all(a.risk for a in late)


def test_gigabyte_seconds_are_those_of_the_report_lines(day: Truth, advised: Advised) -> None:
    """Billed Duration times 512 MB, read off the lines of checkout by hand."""
    lines = (logs(day) / "checkout.log").read_text().splitlines()
    billed = [int(line.split("Billed Duration: ")[1].split(" ")[0]) for line in lines if " REPORT RequestId: " in line]
    assert len(billed) == day.function("checkout").invocations
    assert advised.time is not None
    by_hand = sum(billed) / 1000 * 0.5 * 30 * 86_400_000 / advised.time.duration_ms
    assert numbers(find(advised, "checkout", "arm64"))["gb_s_month"] == pytest.approx(by_hand, rel=1e-6)
    requests = (
        len(billed) * 30 * 86_400_000 / advised.time.duration_ms * price_list().price("lambda_request", "eu-west-1").usd
    )
    assert find(advised, "checkout", "arm64").usd_now == pytest.approx(by_hand * 0.0000166667 + requests, rel=1e-4)


@pytest.mark.parametrize(
    "form", ["mixed", pytest.param("text", marks=pytest.mark.slow), pytest.param("json", marks=pytest.mark.slow)]
)
def test_three_hours_are_too_thin_in_each_form_and_risks_are_told_all_the_same(form: str, tmp_path: Path) -> None:
    planted = plant(tmp_path, form, seed=3, end_ms=END_MS)  # type: ignore[arg-type]
    found = advise(LocalBackend([LogSource(planted.logs)]), Target(), None, COSTS)
    assert {a.kind for a in found.advices if not a.risk and a.action != "nothing"} == {"data"}
    full = find(found, "thumbnails", "memory")
    assert (full.risk, numbers(full)["used_max_mb"]) == (True, numbers(full)["memory_mb"])
    assert find(found, "thumbnails", "timeout").risk


@pytest.fixture(scope="module")
def service(day: Truth) -> Iterator[Emulator]:
    functions = (
        Function(
            "checkout",
            day.start_ms,
            Config("python3.12", memory_mb=512, timeout_s=60, architecture="x86_64"),
            provisioned=(Provisioned("live", 20, 20, day.start_ms),),
        ),
        Function("payments", day.start_ms, Config("python3.13", memory_mb=256, timeout_s=6, architecture="arm64")),
    )
    with Emulator([LogSource(logs(day))], account=Account(functions)) as emulator:
        yield emulator


@pytest.fixture
def settings(service: Emulator, monkeypatch: pytest.MonkeyPatch) -> ReadSettings:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
    cloud = Cloud(Access(endpoint_url=service.url))
    return lambda names: read_settings(cloud, names)


def test_on_the_service_with_what_lambda_says(
    day: Truth, service: Emulator, settings: ReadSettings, advised: Advised
) -> None:
    there = advise(
        CloudWatchBackend(endpoint_url=service.url),
        Target(log_groups=("*",)),
        TimeRange(day.start_ms, day.end_ms),
        COSTS,
        settings,
    )
    here = advise(LocalBackend([LogSource(logs(day))]), Target(), TimeRange(day.start_ms, day.end_ms), COSTS)

    assert [numbers(find(there, f, "memory")) for f in there.functions] == [
        numbers(find(here, f, "memory")) for f in here.functions
    ]
    assert find(there, "payments", "arm64").action == "nothing"
    assert find(there, "checkout", "arm64").confidence == "medium"
    unused = find(there, "checkout", "provisioned")
    assert unused.action == "change"
    assert numbers(unused)["provisioned"] == 20
    peak = numbers(unused)["peak"]
    ready = price_list().price("lambda_provisioned_x86_gb_s", "eu-west-1").usd
    assert unused.saved == pytest.approx((20 - peak) * 0.5 * 2_592_000 * ready)
    assert numbers(find(there, "checkout", "timeout"))["timeout_ms"] == 60_000


def test_settings_that_are_refused_are_named(day: Truth, service: Emulator, settings: ReadSettings) -> None:
    service.suffer(Adversity(deny=("lambda:GetFunctionConfiguration",)))
    try:
        told = settings(("checkout", "payments"))
    finally:
        service.suffer(Adversity())
    # what may be asked is there
    assert [(s.function, s.memory_mb, s.timeout_s) for s in told.settings.values()] == [
        ("checkout", None, None),
        ("payments", None, None),
    ]
    assert [s.permission for s in told.skipped] == ["lambda:GetFunctionConfiguration"]


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["advise", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_in_its_formats(day: Truth, capsys: pytest.CaptureFixture[str], no_settings: None) -> None:
    code, out, _ = ask(capsys, "checkout", "--local", str(logs(day)), "-o", "json", "--region", "eu-west-1")
    assert code == 0
    document = json.loads(out)
    assert (document["schema"], document["functions"], document["prices"]["region"]) == (1, ["checkout"], "eu-west-1")
    assert {a["kind"] for a in document["advice"]} >= {"memory", "arm64", "logs"}
    code, out, _ = ask(capsys, "--local", str(logs(day)), "--least", "0", "--kind", "memory,arm64", "-o", "markdown")
    assert code == 0
    assert out.startswith("| function | advice |")
    assert "```sh\naws lambda " in out
    code, out, _ = ask(capsys, "--local", str(logs(day) / "search.log"), "--all")
    assert "looked at 1 function · " in out
    assert "search: snapstart  nothing" in out
    assert ask(capsys, "--local", str(logs(day)), "-o", "html")[0] == 2
    assert ask(capsys, "--local", str(logs(day)), "--kind", "cpu")[0] == 2


def test_the_command_asks_lambda_on_the_service(
    day: Truth,
    settings: ReadSettings,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    since, until = (iso(from_ms(ms)) for ms in (day.start_ms, day.end_ms))
    code, out, err = ask(capsys, "-g", "/aws/lambda/payments", "--since", since, "--until", until, "-o", "json")
    assert code == 0, err
    document = json.loads(out)
    assert document["prices"]["region"] == "us-east-1"
    assert [a["action"] for a in document["advice"] if a["kind"] == "arm64"] == ["nothing"]


def test_logs_without_invocations(tmp_path: Path, capsys: pytest.CaptureFixture[str], no_settings: None) -> None:
    file = tmp_path / "x.log"
    file.write_text("2026-11-23T10:00:00.000000+00:00 2026/11/23/[1]abc hello\n")
    code, out, _ = ask(capsys, "--local", str(file))
    assert code == 0
    assert "no finished invocations in these logs" in out


def test_hostile_names_cannot_act(tmp_path: Path, capsys: pytest.CaptureFixture[str], no_settings: None) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    report = (
        "REPORT RequestId: r\tDuration: 5.00 ms\tBilled Duration: 5 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t"
    )
    (folder / "a.log").write_text(f"2026-11-23T10:00:00.000000+00:00 2026/11/23/\x1b]0;x\x07`y`[1]abc {report}\n")
    for form in ("table", "markdown", "json"):
        code, out, _ = ask(capsys, "--local", str(folder), "-o", form)
        assert code == 0
        assert not set(out) & set("\x1b\x07")


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings and no AWS of this machine."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
