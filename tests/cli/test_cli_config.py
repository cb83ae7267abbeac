"""`insightctl config`: what a user does with settings, prices and kept results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insightctl.cloud.cache import CacheKey, ResultCache
from insightctl.core.config import SETTINGS
from insightctl.core.result import Column, Result
from tests.cli.conftest import Cli


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's settings file (not there yet); the working folder is a project without one."""
    ours = [variable for setting in SETTINGS.values() for variable in setting.variables]
    for name in (*ours, "INSIGHTCTL_CONFIG", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("INSIGHTCTL_CACHE", str(tmp_path / "results"))
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "config" / "insightctl" / "config.toml"


def test_set_get_unset(cli: Cli, file: Path) -> None:
    assert cli("config", "get", "max_cost").code == 1
    assert cli("config", "set", "max_cost", "1").out == f"max_cost = 1.0 ({file})\n"
    assert cli("config", "set", "cache_size", "1GB").code == 0
    assert file.read_text() == '[defaults]\nmax_cost = 1.0\ncache_size = "1GB"\n'
    assert (cli("config", "get", "max_cost").out, cli("config", "get", "cache_size").out) == ("1.0\n", "1000000000\n")
    assert cli("config", "get", "defaults.max_cost").out == "1.0\n"
    assert cli("config", "unset", "max_cost").out == f"max_cost is no longer set ({file})\n"
    again = cli("config", "unset", "max_cost")
    assert (again.code, again.err.splitlines()[0]) == (2, f"error: max_cost is not set in {file}")


def test_own_prices(cli: Cli, file: Path) -> None:
    assert cli("config", "set", "prices.eu-west-1.logs_scanned_gb", "0.0051").code == 0
    assert cli("config", "set", "prices.logs_lambda_gb", "0.4").code == 0
    assert cli("config", "get", "prices.eu-west-1.logs_scanned_gb").out == "0.0051\n"
    assert cli("config", "get", "prices.logs_scanned_gb").code == 1
    shown = json.loads(cli("config", "prices", "--region", "eu-west-1", "-o", "json").out)
    found = {price["item"]: price for price in shown["prices"]}
    assert (found["logs_scanned_gb"]["usd"], found["logs_scanned_gb"]["source"]) == (0.0051, "own price")
    assert (found["logs_ingested_gb"]["usd"], found["logs_ingested_gb"]["assumed"]) == (0.57, False)
    assert found["lambda_snapstart_cached_gb_s"]["assumed"]
    assert "assumed: us-east-1" in cli("config", "prices", "--region", "cn-north-1").out
    assert "prices.eu-west-1.logs_scanned_gb" in cli("config", "show").out


@pytest.mark.parametrize(
    ("words", "error", "remedy"),
    [
        (("set", "max_cots", "1"), "there is no setting 'max_cots'", "did you mean 'max_cost'?"),
        (("set", "max_cost", "much"), "max_cost: 'much' is no amount of USD", "write a number: 0.50"),
        (("set", "since", "soon"), "since: 'soon' is not a time", "write a time ago"),
        (("set", "region", "Dublin"), "region: 'Dublin' is not the name of an AWS region", "write it like eu-west-1"),
        (("set", "prices.logs_scaned_gb", "1"), "there is no price 'logs_scaned_gb'", "did you mean 'logs_scanned_gb'?"),
        (("set", "prices.dublin.logs_scanned_gb", "1"), "'dublin' is not the name of an AWS region", "write [prices."),
        (("set", "prices.logs_scanned_gb", "1", "--project"), "prices stand in the user's file only", "leave out"),
        (("get", "regoin"), "there is no setting 'regoin'", "did you mean 'region'?"),
        (("show", "-o", "yaml"), "-o yaml: no such format here", "table or json"),
    ],
)  # fmt: skip
def test_mistakes(cli: Cli, file: Path, words: tuple[str, ...], error: str, remedy: str) -> None:
    done = cli("config", *words)
    assert done.code == 2
    assert error in done.err
    assert f"help: {remedy}" in done.err
    assert not file.exists(), "nothing is written"


def test_a_mistake_in_the_file_is_shown_with_its_line(cli: Cli, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text("[defaults]\nmax_cots = 1 # \u202e\n", "utf-8")
    done = cli("config", "show")
    assert done.code == 2
    assert done.err == (
        "   2 | max_cots = 1 # \\u202e\n     | ^\n"
        f"error: there is no setting 'max_cots' ({file}:2:1)\nhelp: did you mean 'max_cost'?\n"
    )


def test_where_values_come_from(cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("config", "set", "since", "3h")
    assert cli("config", "set", "since", "2d", "--project").out == f"since = 2d ({Path.cwd() / 'insightctl.toml'})\n"
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    settings = json.loads(cli("config", "show", "-o", "json").out)["settings"]
    assert settings["since"] == {"value": "2d", "from": f"{Path.cwd()}/insightctl.toml:2"}
    assert settings["region"] == {"value": "eu-north-1", "from": "$AWS_REGION"}
    assert settings["tz"] == {"value": None, "from": "default"}
    hidden = cli("config", "set", "since", "1h")
    assert hidden.err == f"warning: {Path.cwd()}/insightctl.toml:2 stands above it: since is 2d\n"
    assert cli("config", "path", "--project").out == f"{Path.cwd()}/insightctl.toml\n"
    assert cli("config", "path").out == f"{file}\n"


def test_edit(cli: Cli, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "my editor"
    editor.write_text('#!/bin/sh\necho "$LINE" >> "$2"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", f"'{editor}' --wait")
    monkeypatch.setenv("LINE", "max_cost = 2")
    assert cli("config", "edit").code == 0
    assert cli("config", "get", "max_cost").out == "2.0\n"
    monkeypatch.setenv("LINE", "max_cost = oops")
    done = cli("config", "edit")
    assert done.code == 2
    assert done.err.splitlines()[0].endswith("| max_cost = oops")
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    assert "cannot start the editor" in cli("config", "edit").err
    monkeypatch.setenv("EDITOR", "false")
    assert "ended with 1" in cli("config", "edit").err


def test_kept_results(cli: Cli, file: Path, tmp_path: Path) -> None:
    assert cli("config", "cache", "list").out == f"0 results, 0.0 MB of 256.0 MB in {tmp_path}/results\n"
    key = CacheKey("fields @message\n| limit 5", ("/a", "/b"), "1", "us-east-1", None, 0, 3_600_000, 10)
    with ResultCache.open(tmp_path / "results", 1_000_000) as cache:
        cache.put(key, Result((Column("n", "number"),), ((1,),)))
    listed = cli("config", "cache", "list").out
    assert "fields @message | limit 5" in listed
    assert "/a and 1 more" in listed
    (entry,) = json.loads(cli("config", "cache", "list", "-o", "json").out)["results"]
    assert (entry["text"], entry["log_groups"], entry["end_ms"]) == (key.text, ["/a", "/b"], 3_600_000)
    assert cli("config", "cache", "clear").out.startswith("dropped 1 result, ")
    assert cli("config", "cache", "clear").out.startswith("dropped 0 results, ")


def test_help_has_examples(cli: Cli) -> None:
    assert "insightctl config set max_cost 1.00" in cli("config", "--help").out
    assert "config" in cli("--help").out
    for name in ("show", "get", "set", "unset", "path", "edit", "prices"):
        assert "Example:" in cli("config", name, "--help").out, name
