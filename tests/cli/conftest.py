"""Running the command line in this process, and a small scenario to run it on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from insightctl.cli.app import run
from insightctl.demo import Scenario, Truth, generate

END_MS = 1_795_478_400_000


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Cli = Callable[..., Done]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    """Runs `insightctl WORDS` with no AWS settings of this machine in reach."""
    for name in (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def call(*words: str) -> Done:
        code = run(list(words))
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    yield call


@dataclass(frozen=True)
class World:
    """A generated scenario on disk."""

    folder: Path
    truth: Truth

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A day with 4,000 invocations."""
    folder = tmp_path_factory.mktemp("world")
    return World(folder, generate(Scenario(end_ms=END_MS, invocations=4_000), folder))
