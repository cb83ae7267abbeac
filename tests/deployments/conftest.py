"""Lambda functions and what CloudTrail tells of them, in the emulator."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from insightctl.emulator.account.facts import Account, TrailEvent
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from tests.cli.conftest import Cli, Done, cli
from tests.emulator.conftest import aws, emulator, fill, logs, no_aws

__all__ = ["Cli", "Done", "aws", "cli", "emulator", "fill", "logs", "no_aws"]


class Trail:
    """What the emulator's CloudTrail has besides the calls of clients."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._events: list[TrailEvent] = []
        emulator.clear_journal()

    def happened(
        self, name: str, at: float, asked: Mapping[str, Any], answered: Mapping[str, Any] | None = None
    ) -> None:
        """An event of the pipeline at UTC seconds."""
        self._events.append(TrailEvent(name, int(at * 1000), "ci/deploy-17", request=asked, response=answered))
        self._emulator.know(Account(events=tuple(self._events)))

    def deny(self, *actions: str) -> None:
        """Refuse these actions from now on."""
        self._emulator.suffer(Adversity(deny=actions))

    @property
    def lookups(self) -> int:
        """How many calls of LookupEvents there were."""
        return sum(entry.operation == "LookupEvents" for entry in self._emulator.journal)


@pytest.fixture
def cloudtrail(aws: str, emulator: Emulator) -> Iterator[Trail]:
    """The emulator's CloudTrail."""
    yield Trail(emulator)
    emulator.know(None)
    emulator.suffer(Adversity())


@pytest.fixture
def cli_here(aws: str, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs `insightctl WORDS` on the emulator."""
    from insightctl.cli.app import run

    def call(*words: str) -> Done:
        capsys.readouterr()
        code = run(list(words))
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return call


MakeFunction = Callable[[str], Any]


@pytest.fixture
def make_function(aws: str) -> MakeFunction:
    """Makes a Lambda function in the emulator; returns the client."""
    import boto3

    def make(name: str) -> Any:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", "def handler(event, context): return 1")
        iam, lambda_ = boto3.client("iam"), boto3.client("lambda")
        try:
            role = iam.create_role(RoleName="fn", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        except iam.exceptions.EntityAlreadyExistsException:
            role = iam.get_role(RoleName="fn")["Role"]["Arn"]
        lambda_.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
        )
        return lambda_

    return make
