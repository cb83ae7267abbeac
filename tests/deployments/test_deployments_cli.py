"""`insightctl deployments` on the service and on local logs."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import World, world

from .conftest import Cli, MakeFunction, Trail

__all__ = ["world"]


def test_one_timeline_of_all_sources(aws: str, make_function: MakeFunction, cloudtrail: Trail, capsys) -> None:  # type: ignore[no-untyped-def]
    from insightctl.cli.app import run

    lambda_ = make_function("shop")
    version = lambda_.publish_version(FunctionName="shop")["Version"]
    lambda_.create_alias(FunctionName="shop", Name="prod", FunctionVersion=version)
    now = time.time()
    cloudtrail.happened("PublishVersion20150331", now - 1, {"functionName": "shop"}, {"version": version})
    cloudtrail.happened(
        "UpdateFunctionConfiguration20150331v2", now - 3000, {"functionName": "shop", "memorySize": 512}
    )
    assert run(["deployments", "mark", "-f", "shop", "--version", version, "--text", "release \x1b[31m2.7"]) == 0
    capsys.readouterr()
    assert run(["deployments", "list", "-f", "shop", "-o", "json", "--source", "lambda,cloudtrail,mark"]) == 0
    found = json.loads(capsys.readouterr().out)
    told = [(d["kind"], d["version"]) for d in found["deployments"]]
    assert told[0] == ("config", "$LATEST") and {kind for kind, of in told if of == version} == {"version", "alias"}
    published, shifted = (
        d
        for kind in ("version", "alias")
        for d in found["deployments"]
        if d["kind"] == kind and d["version"] == version
    )
    assert set(published["sources"]) >= {"lambda", "cloudtrail"} and published["by"] == "ci/deploy-17"
    assert "mark" in {*published["sources"], *shifted["sources"]} and shifted["what"].startswith("alias prod → 1")
    assert found["aliases"] == [{"function": "shop", "alias": "prod", "weights": [{"version": version, "share": 1.0}]}]
    assert found["skipped"] == []
    assert run(["deployments", "list", "-f", "shop", "--source", "lambda,cloudtrail,mark"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "now: shop prod" in out


def test_a_refused_source_is_named_and_the_rest_shown(aws: str, cloudtrail: Trail, capsys) -> None:  # type: ignore[no-untyped-def]
    from insightctl.cli.app import run

    cloudtrail.deny("cloudtrail:LookupEvents")
    assert run(["deployments", "mark", "-f", "lonely", "--version", "3"]) == 0
    assert run(["deployments", "list", "-f", "lonely", "--source", "mark,cloudtrail", "-o", "csv"]) == 0
    done = capsys.readouterr()
    assert "lonely,3" in done.out
    assert "left out: cloudtrail" in done.err and "cloudtrail:LookupEvents" in done.err


@pytest.mark.parametrize(("action", "versions", "aliases"), [("ListAliases", 1, 0), ("ListVersionsByFunction", 0, 1)])
def test_versions_are_told_without_aliases_and_aliases_without_versions(
    make_function: MakeFunction, cloudtrail: Trail, cli_here: Cli, action: str, versions: int, aliases: int
) -> None:
    name = f"half-{action.lower()}"
    lambda_ = make_function(name)
    version = lambda_.publish_version(FunctionName=name)["Version"]
    lambda_.create_alias(FunctionName=name, Name="prod", FunctionVersion=version)
    cloudtrail.deny(f"lambda:{action}")
    found = json.loads(cli_here("deployments", "list", "-f", name, "--source", "lambda", "-o", "json").out)

    assert [each["permission"] for each in found["skipped"]] == [f"lambda:{action}"]
    assert (len([d for d in found["deployments"] if d["version"] == version]), len(found["aliases"])) == (
        versions,
        aliases,
    )
    cloudtrail.deny("lambda:*")
    refused = cli_here("deployments", "list", "-f", name, "--source", "lambda")
    assert refused.code == 1 and "lambda:ListVersionsByFunction" in refused.err


def test_local_logs_marks_and_tags(cli: Cli, world: World, tmp_path: Path) -> None:
    at = "2026-11-25T00:00:00Z"
    assert (
        cli("deployments", "mark", "-f", "checkout", "--version", "x", "--at", at, "--local", str(world.logs)).code == 0
    )
    again = cli("deployments", "mark", "-f", "checkout", "--version", "x", "--at", at, "--local", str(world.logs))
    assert again.out.startswith("marked already: checkout x at 2026-11-25T00:00:00.000Z")
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "one"], ["tag", "v1"]):
        subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@b", *words], cwd=tmp_path, check=True, capture_output=True
        )
    done = cli("deployments", "list", "--local", str(world.logs), "--git", str(tmp_path), "-o", "json")
    found = json.loads(done.out)["deployments"]
    incident = world.truth.incident
    assert incident is not None
    assert (incident.function, str(incident.version)) in [
        (d["function"], d["version"]) for d in found if d["kind"] == "version"
    ]
    assert [d["version"] for d in found if d["kind"] == "tag"] == ["v1"]
    assert [(d["version"], d["at"]) for d in found if d["kind"] == "mark"] == [("x", "2026-11-25T00:00:00.000Z")]


def test_wrong_options(cli: Cli, tmp_path: Path) -> None:
    for name in ("a*", "bad name", "a:b*", "-f"):
        assert cli("deployments", "mark", f"--function={name}", "--version", " ").code == 2
    for name in ("a*", "bad name", "a:b*"):
        assert f"-f {name}" in cli("deployments", "mark", "-f", name, "--version", "1").err
    assert cli("deployments", "mark", "-f", "a", "--version", " ").code == 2
    assert cli("deployments", "mark", "-f", "a", "--version", "1", "--at", "2099-01-01").code == 2
    done = cli("deployments", "list", "--source", "logs,nope", "--local", ".")
    assert (done.code, "there is no such source" in done.err) == (2, True)
    assert (
        cli("deployments", "list", "--git", str(tmp_path / "no"), "--source", "git", "--local", str(tmp_path)).code == 2
    )
