"""Calls of pushed queries, by insightctl and by the service itself, answer as the curated queries do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from insightctl.library import load, render
from tests.cli.conftest import Cli, World
from tests.cli.test_cli_library import TIME, account, definitions, found, group
from tests.emulator.conftest import Ask, ask, aws, emulator, fill, logs, no_aws, rows

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["account", "ask", "aws", "emulator", "fill", "group", "logs", "no_aws"]


CALLS = [
    ("$`insightctl/latency/coldstarts`(bin=1m)", ("coldstarts", "--bin", "1m")),
    ('$insightctl/latency/coldstarts(bin = "300s")', ("coldstarts", "--bin", "300s")),
    ("$insightctl/latency/p99-duration(bin=2m)", ("p99-duration", "--bin", "2m")),
    ("$insightctl/triage/errors-by-version()", ("errors-by-version",)),
]


@pytest.mark.parametrize(("call", "options"), CALLS, ids=[case[0] for case in CALLS])
def test_a_call_of_a_saved_query_gives_the_rows_of_the_library(
    cli: Cli, account: CloudWatchLogsClient, group: str, call: str, options: Sequence[str]
) -> None:
    assert cli("library", "push", options[0]).code == 0
    same = found(cli("query", *options, "-g", group, *TIME))
    assert found(cli("query", call, "-g", group, *TIME)) == same != []


@pytest.mark.parametrize("name", ["coldstarts", "p99-duration", "error-rate", "errors"])
def test_the_service_itself_answers_as_the_library_does(
    cli: Cli, account: CloudWatchLogsClient, group: str, ask: Ask, name: str
) -> None:
    """StartQuery expands the call here, not insightctl: what happens in the console."""
    spec = load(name)
    assert cli("library", "push", name).code == 0
    saved = f"insightctl/{spec.group}/{name}"
    own = definitions(account)[saved].get("parameters", [])
    for given in ({}, {"bin": "1m"}) if own else ({},):
        told = ", ".join(f"{name}={value}" for name, value in given.items())
        assert rows(ask(group, f"$`{saved}`({told})")) == rows(ask(group, render(spec, given))) != []


def test_arguments_of_pushed_queries_are_checked(cli: Cli, account: CloudWatchLogsClient, group: str) -> None:
    cli("library", "push", "coldstarts", "error-rate")
    done = cli("query", "$insightctl/latency/coldstarts(bin=5x)", "-g", group, *TIME)
    assert done.code == 2 and "'5x' is not a duration" in done.err
    done = cli("query", "$insightctl/triage/error-rate(by=version)", "-g", group, *TIME)
    assert done.code == 2 and "'by' is fixed in the saved query" in done.err
    assert "insightctl query error-rate --by version" in done.err
    done = cli("query", "$insightctl/latency/coldstarts(nosuch=1)", "-g", group, *TIME)
    assert done.code == 2 and "has no parameter 'nosuch'" in done.err


def test_a_call_over_local_logs(cli: Cli, world: World) -> None:
    run: Sequence[str] = ("--local", str(world.logs), "-o", "json")
    same = found(cli("query", "errors-by-version", *run))
    assert found(cli("query", "$errors-by-version()", *run)) == same, "back-ticks are put where the shell ate them"
    assert cli("query", "$nosuch()", *run).code == 2
    assert cli("query", "$coldstarts()", "--help").code == 0
