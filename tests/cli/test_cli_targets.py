"""The options that say which logs, where, and at what cost: their values, and what is refused before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insightctl.cli.ask import shared
from insightctl.cli.setup import When, Where, prepare
from insightctl.core.errors import UsageError
from insightctl.core.job import Target
from insightctl.core.services import Service
from tests.cli.conftest import Cli


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log and a service, to work in."""
    monkeypatch.chdir(tmp_path)
    Path("app.log").write_text("2026-11-23T10:00:00.000Z one\n")
    Path("insightctl.toml").write_text(
        "[services.web]\nfunctions = ['checkout']\n[services.shop]\nstack = 'shop'\n[services.v]\nfunctions = ['a:prod']\n"
    )
    return tmp_path


def test_options_become_values() -> None:
    where, _, _ = shared(
        ["checkout"],
        profile=["prod", "test"],
        region=["eu-west-1,us-east-1", "eu-west-1"],
        stack=["shop"],
        tag=["team=a=b", "env"],
        account=["111122223333,444455556666"],
        max_cost=0.5,
        price=0.005,
        dry_run=True,
        max_rows=250_000,
    )
    assert (where.regions, where.region) == (("eu-west-1", "us-east-1"), "eu-west-1")
    assert (where.profiles, where.profile) == (("prod", "test"), "prod")
    assert where.account == ("111122223333", "444455556666")
    assert (where.max_cost, where.price, where.dry_run, where.no_cache, where.yes) == (0.5, 0.005, True, False, False)
    assert where.max_rows == 250_000
    assert where.words == (
        "-f checkout --stack shop --tag team=a=b --tag env --account 111122223333 --account 444455556666 "
        "--max-cost 0.5 --profile prod --profile test --region eu-west-1 --region us-east-1"
    )


def test_one_region_and_profile_may_be_said_either_way() -> None:
    assert Where(region="eu-west-1", profile="prod") == Where(regions=("eu-west-1",), profiles=("prod",))
    assert (Where().region, Where().regions, Where().max_rows) == (None, (), 10_000)


def test_the_target_of_the_options(here: Path) -> None:
    where = Where(("checkout:prod",), ("/ecs/*",), stack=("shop",), tag=("team=a=b", "env"), service=("web", "/p"))
    assert prepare(where, When()).target == Target(
        ("checkout:prod",),
        ("/ecs/*",),
        ("shop",),
        (("team", "a=b"), ("env", None)),
        (
            Service("web", ("checkout",), where=f"{here}/insightctl.toml:1"),
            Service("/p", parameters=("/p",)),
        ),
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--tag", "=x"), "--tag =x: not KEY=VALUE"),
        (("--region", "eu-west-1,"), "--region: a value is empty"),
        (("--service", "wep"), "there is no service 'wep'"),
        (("-f", "a:b:c"), "-f a:b:c: not NAME, NAME:ALIAS or NAME:VERSION"),
        (("-f", ""), "-f: the name is empty"),
        (("-g", "arn:aws:s3:::b"), "-g arn:aws:s3:::b: this is not the ARN of a log group"),
        (("-f", "a", "--max-cost", "nan"), "--max-cost: not an amount of USD"),
        (("--stack", "shop", "--local", "app.log"), "--stack shop: only AWS knows its members"),
        (("--service", "shop", "--local", "app.log"), "--service shop: only AWS knows its members"),
        (("--service", "v", "--local", "app.log"), "-f a:prod: an alias or version cannot be told in local logs"),
        (("-f", "checkout:7", "--local", "app.log"), "-f checkout:7: an alias or version cannot be told in local logs"),
    ],
)
def test_what_cannot_be_is_refused(cli: Cli, here: Path, words: tuple[str, ...], says: str) -> None:
    done = cli("run", "fields @message", *words)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_a_service_over_local_logs(cli: Cli, here: Path) -> None:
    words = ("run", "stats count(*) as n", "-o", "json", "--service", "web")
    done = cli(*words, "-g", "/aws/lambda/checkout=app.log")
    assert json.loads(done.out)["rows"] == [{"n": 1}]


def test_an_empty_alias_is_a_mistake() -> None:
    with pytest.raises(UsageError):
        prepare(Where(("checkout:",)), When())


def test_split_is_for_cloudwatch(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--split goes with CloudWatch"):
        prepare(Where(local=(str(tmp_path),), split="1h"), When())
