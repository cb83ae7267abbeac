"""The `aws` CLI meets refusals and faults as it would at the service."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator

from .conftest import START_MS
from .test_emulator_serve import AWS, aws_cli

SPAN = ("--start-time", str(START_MS // 1000), "--end-time", str(START_MS // 1000 + 60))
REFUSED: dict[str, tuple[Sequence[str], str]] = {
    "a query that does not parse": (
        ("logs", "start-query", "--log-group-name", "/app", "--query-string", "stats count( by x", *SPAN),
        "MalformedQueryException",
    ),
    "a group that is not there": (
        ("logs", "start-query", "--log-group-name", "/nope", "--query-string", "fields a", *SPAN),
        "ResourceNotFoundException",
    ),
    "results of no query": (("logs", "get-query-results", "--query-id", "nope"), "ResourceNotFoundException"),
    "a filter pattern that is none": (
        ("logs", "filter-log-events", "--log-group-name", "/app", "--filter-pattern", "{ $.a = }"),
        "InvalidParameterException",
    ),
    "prefix and pattern together": (
        ("logs", "describe-log-groups", "--log-group-name-prefix", "/a", "--log-group-name-pattern", "b"),
        "InvalidParameterException",
    ),
    "a definition without its id": (
        ("logs", "put-query-definition", "--name", "n", "--query-string", "fields a", "--query-definition-id", "x"),
        "ResourceNotFoundException",
    ),
    "a body that is no dashboard": (
        ("cloudwatch", "put-dashboard", "--dashboard-name", "bad", "--dashboard-body", '{"widgets": 1}'),
        "InvalidParameterInput",
    ),
    "a name that is no dashboard's": (
        ("cloudwatch", "put-dashboard", "--dashboard-name", "a b", "--dashboard-body", '{"widgets": []}'),
        "InvalidParameterInput",
    ),
    "a dashboard that is not there": (
        ("cloudwatch", "get-dashboard", "--dashboard-name", "nope"),
        "ResourceNotFound",
    ),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Emulator]:
    with Emulator() as running:
        running.put("/app", "one", [(START_MS, "ERROR")])
        yield running


@pytest.fixture
def here(aws: str, place: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The CLI talks to the emulator of this file, and does not try again."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", place.url)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    place.suffer(Adversity())
    return place


def refusal(words: Sequence[str]) -> str:
    """What the CLI says when it fails."""
    ran = subprocess.run([AWS, *words], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode != 0, ran.stdout
    return ran.stderr


def test_what_the_service_refuses(here: Emulator) -> None:
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda case: refusal(case[0]), REFUSED.values()))
    missed = {name: text for (name, (_, code)), text in zip(REFUSED.items(), said, strict=True) if code not in text}
    assert missed == {}


def test_faults(here: Emulator) -> None:
    here.suffer(Adversity(throttle=1.0, only=("DescribeLogGroups",)))
    assert "ThrottlingException" in refusal(("logs", "describe-log-groups"))
    here.suffer(Adversity(expire_after_calls=0))
    assert "ExpiredTokenException" in refusal(("logs", "describe-log-groups"))


def test_groups_by_class(here: Emulator) -> None:
    listed = aws_cli("logs", "list-log-groups", "--log-group-name-pattern", "^/app")
    assert [group["logGroupClass"] for group in listed["logGroups"]] == ["STANDARD"]


def test_serve_takes_functions_from_a_file(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "account.toml"
    file.write_text('[[function]]\nname = "orders"\nmodified = 2026-11-23T10:30:00Z\nmemory_mb = 512\n')
    program = Path(sys.executable).with_name("insightctl")
    words = [str(program), "serve", "--port", "0", "--fixture", str(file)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            monkeypatch.setenv("AWS_ENDPOINT_URL", serving.stdout.readline().split()[3])
            listed = aws_cli("lambda", "list-functions")
        finally:
            serving.terminate()
    assert [(each["FunctionName"], each["MemorySize"]) for each in listed["Functions"]] == [("orders", 512)]


def test_serve_refuses_a_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "account.toml"
    file.write_text("[[functions]]\n")
    program = Path(sys.executable).with_name("insightctl")
    done = subprocess.run(
        [program, "serve", "--port", "0", "--fixture", file], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "did you mean 'function'?" in done.stderr) == (2, True), done.stderr
