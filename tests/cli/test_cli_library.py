"""`insightctl library` and `query '$Name(...)'` against the emulator: what is pushed answers as the library does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from insightctl.emulator.errors import ServiceError
from insightctl.emulator.query_definitions import QueryDefinition, SavedQueries
from insightctl.library import load_all
from tests.cli.conftest import Cli, Done
from tests.emulator.conftest import Fill, ask, aws, emulator, fill, logs, no_aws

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["ask", "aws", "emulator", "fill", "logs", "no_aws"]

TIME = ("--since", "2026-11-23T09:00:00", "--until", "2026-11-23T11:00:00", "-o", "json")


@pytest.fixture
def account(cli: Cli, aws: str, logs: CloudWatchLogsClient) -> Iterator[CloudWatchLogsClient]:
    """A client of an account without query definitions."""
    yield logs
    for definition in logs.describe_query_definitions()["queryDefinitions"]:
        logs.delete_query_definition(queryDefinitionId=definition["queryDefinitionId"])


def report(n: int) -> str:
    init = f"\tInit Duration: {200 + n}.00 ms" if n % 3 == 0 else ""
    status = "\tStatus: error\tError Type: Runtime.ExitError" if n % 7 == 0 else ""
    return (
        f"REPORT RequestId: 0a0a0a0a-0000-4000-8000-{n:012d}\tDuration: {n}.50 ms\tBilled Duration: {n + 1} ms\t"
        f"Memory Size: 128 MB\tMax Memory Used: 60 MB{init}{status}\t\n"
    )


@pytest.fixture
def group(fill: Fill) -> str:
    """A log group with ten minutes of REPORT lines, one a second from START_MS on."""
    return fill([report(n) for n in range(1, 600)])


def definitions(logs: CloudWatchLogsClient) -> dict[str, Any]:
    return {d["name"]: d for d in logs.describe_query_definitions()["queryDefinitions"]}


def found(done: Done) -> list[dict[str, object]]:
    assert done.code == 0, done.err
    answer = json.loads(done.out)["rows"]
    assert isinstance(answer, list)
    return answer


def test_push_says_what_it_does_and_does_it_once(cli: Cli, account: CloudWatchLogsClient) -> None:
    dry = cli("library", "push", "--dry-run")
    assert dry.code == 0 and "dry run: nothing was written" in dry.out and definitions(account) == {}
    first = cli("library", "push")
    kept = definitions(account)
    assert first.code == 0 and first.err == ""
    assert set(kept) == {f"insightctl/{spec.group}/{spec.name}" for spec in load_all()}
    assert "+ insightctl/latency/coldstarts(bin=5m)\n" in first.out
    assert "    note: by stays function: the template decides by its value, which the service cannot\n" in first.out
    assert kept["insightctl/latency/coldstarts"]["parameters"] == [
        {"name": "bin", "defaultValue": "5m", "description": "bucket size"}
    ]
    second = cli("library", "push")
    assert second.out == f"nothing to do: {len(kept)} saved queries up to date\n"
    assert definitions(account) == kept, "not even lastModified"
    assert cli("library", "diff").out == "no changes\n"


def test_diff_as_json(cli: Cli, account: CloudWatchLogsClient) -> None:
    cli("library", "push", "coldstarts")
    change(account, "insightctl/latency/coldstarts", "\n| limit 3")
    assert cli("library", "push", "health", "--prefix", "insightctl/old").code == 0
    document = json.loads(cli("library", "diff", "-o", "json").out)
    queries = {query["name"]: query for query in document["queries"]}
    assert queries["insightctl/latency/coldstarts"]["action"] == "changed_there"
    assert "-| limit 3" in queries["insightctl/latency/coldstarts"]["diff"]
    assert queries["insightctl/triage/error-rate"]["action"] == "create"
    assert [fixed["name"] for fixed in queries["insightctl/triage/error-rate"]["fixed"]] == ["by"]
    assert document["left"] == ["insightctl/old/triage/health"]
    assert cli("library", "diff", "-o", "yaml").code == 2


def change(logs: CloudWatchLogsClient, name: str, add: str) -> str:
    kept = definitions(logs)[name]
    text = str(kept["queryString"]) + add
    logs.put_query_definition(
        name=name, queryString=text, queryDefinitionId=kept["queryDefinitionId"], parameters=kept.get("parameters", [])
    )
    return text


def test_what_was_changed_in_the_console_is_not_written_over(cli: Cli, account: CloudWatchLogsClient) -> None:
    name = "insightctl/latency/coldstarts"
    cli("library", "push", "coldstarts", "p99")
    text = change(account, name, "\n| limit 3\x1b[2J")
    done = cli("library", "push", "coldstarts", "health")
    assert done.code == 1
    assert f"! {name}(bin=5m): changed in the account since insightctl wrote it\n" in done.out
    assert "\n-| limit 3" in done.out and "\x1b" not in done.out
    assert done.err.startswith(
        f"error: nothing was written: '{name}': changed in the account since insightctl wrote it"
    )
    assert "--force" in done.err
    assert definitions(account)[name]["queryString"] == text
    assert "insightctl/triage/health" not in definitions(account), "nothing at all is written"
    assert cli("library", "diff", "coldstarts").code == 0
    assert cli("library", "push", "p99").code == 0
    forced = cli("library", "push", "coldstarts", "--force")
    assert forced.code == 0 and f"~ {name}(bin=5m)\n" in forced.out
    assert cli("library", "diff", "coldstarts").out == "no changes\n"


def test_what_others_wrote_is_never_written_over(cli: Cli, account: CloudWatchLogsClient) -> None:
    name = "insightctl/latency/coldstarts"
    account.put_query_definition(name=name, queryString="fields @message")
    for words in ((), ("--force",)):
        done = cli("library", "push", "coldstarts", "health", *words)
        assert done.code == 1 and "that insightctl did not write" in done.err and "--prefix" in done.err
    assert {name: d["queryString"] for name, d in definitions(account).items()} == {name: "fields @message"}
    assert cli("library", "push", "coldstarts", "--prefix", "lambda/ours").code == 0
    assert set(definitions(account)) == {name, "lambda/ours/latency/coldstarts"}


def test_log_groups_stay_unless_they_are_named(cli: Cli, account: CloudWatchLogsClient) -> None:
    def groups() -> object:
        return definitions(account)["insightctl/latency/coldstarts"]["logGroupNames"]

    assert cli("library", "push", "coldstarts", "-g", "/a", "-g", "/b").code == 0
    assert groups() == ["/a", "/b"]
    assert cli("library", "push", "coldstarts").out.startswith("nothing to do")
    assert groups() == ["/a", "/b"]
    done = cli("library", "push", "coldstarts", "-g", "/c")
    assert "-:: log group /a" in done.out and groups() == ["/c"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_of_ones_own(cli: Cli, account: CloudWatchLogsClient, here: Path, group: str) -> None:
    Path("team/deep").mkdir(parents=True)
    Path("team/deep/slow.ql").write_text(
        '+++\ntitle = "T"\nquestion = "Q?"\n[params.ms]\ntype = "number"\ndefault = "100"\nhelp = "ms"\n+++\n'
        "filter @duration > {{ ms }} | stats count(*) as n\n"
    )
    Path("team/plain.ql").write_text("filter @duration > {{ms}} | stats count(*) as n")
    assert cli("library", "push", "--dir", "team", "--prefix", "team").code == 0
    assert set(definitions(account)) == {"team/deep/slow", "team/plain"}
    run = ("-g", group, *TIME)
    assert found(cli("query", "$team/deep/slow()", *run)) == [{"n": 500}]
    assert found(cli("query", "$team/plain(ms=300)", *run)) == found(cli("query", "$team/deep/slow(ms=300)", *run))
    done = cli("query", "$team/plain()", *run)
    assert done.code == 2 and "wants a value for 'ms'" in done.err
    assert cli("library", "diff", "--dir", "team", "--prefix", "team").out == "no changes\n"
    Path("team/plain.ql").write_text("stats percentile(a, 1)")
    done = cli("library", "push", "--dir", "team", "--prefix", "team")
    assert done.code == 2 and "team/plain.ql:" in done.err and "unknown function 'percentile'" in done.err


def test_pull_writes_files_that_run_and_push_back(
    cli: Cli, account: CloudWatchLogsClient, here: Path, group: str
) -> None:
    cli("library", "push", "coldstarts", "health")
    account.put_query_definition(
        name="team/slow ones",
        queryString="filter @duration > {{ms}}\n| stats count(*) as n by bin({{bin}})",
        parameters=[
            {"name": "ms", "defaultValue": "100"},
            {"name": "bin", "defaultValue": "1h", "description": "size"},
        ],
        logGroupNames=["/aws/lambda/a"],
    )
    account.put_query_definition(name="../../evil", queryString="fields a")
    account.put_query_definition(name="team/other", queryString="fields `a`", queryLanguage="PPL")
    assert cli("library", "pull", "--dry-run").code == 0 and list(here.iterdir()) == []
    done = cli("library", "pull")
    assert done.code == 0
    files = sorted(str(file.relative_to(here)) for file in here.rglob("*.ql"))
    assert files == ["saved-queries/%2E./%2E./evil.ql", "saved-queries/team/slow ones.ql"]
    assert "2 as insightctl wrote them, and left out" in done.out and "team/other: not in Logs Insights QL" in done.out
    same = found(cli("query", "$`team/slow ones`(ms=300)", "-g", group, *TIME))
    file = "saved-queries/team/slow ones.ql"
    assert found(cli("run", file, "--param", "ms=300", "-g", group, *TIME)) == same != []
    assert "3 up to date" not in cli("library", "pull").out
    Path(file).write_text(Path(file).read_text() + "| sort n desc\n")
    done = cli("library", "pull")
    assert done.code == 1 and "\n-| sort n desc" in done.out and "was changed here" in done.err
    assert cli("library", "pull", "--prefix", "team", "--out", "other").code == 0
    assert cli("library", "diff", "--dir", "other", "--prefix", "team").out == "no changes\n"
    change(account, "insightctl/triage/health", "\n| limit 3")
    cli("library", "pull", "--out", "third")
    assert Path("third/insightctl/triage/health.ql").read_text().endswith("| limit 3\n")
    assert cli("library", "pull", "--force").code == 0
    assert "sort n desc" not in Path(file).read_text()


class Denied(ServiceError):
    code = "AccessDeniedException"


@pytest.mark.parametrize(
    ("method", "action"), [("all", "logs:DescribeQueryDefinitions"), ("create", "logs:PutQueryDefinition")]
)
def test_without_rights_the_permission_is_named(
    cli: Cli, account: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch, method: str, action: str
) -> None:
    def refuse(*_: object) -> object:
        raise Denied("no identity-based policy allows it")

    with monkeypatch.context() as denied:
        denied.setattr(SavedQueries, method, refuse)
        done = cli("library", "push", "coldstarts")
    assert done.code == 1 and done.err.startswith(f"error: not allowed: {action}")
    assert definitions(account) == {}


def test_what_was_written_before_a_failure_is_said(
    cli: Cli, account: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = SavedQueries.create

    def some(self: SavedQueries, region: str, definition: QueryDefinition, token: str | None) -> str:
        if "health" in definition.name:
            raise Denied("a service control policy says no")
        return original(self, region, definition, token)

    with monkeypatch.context() as denied:
        denied.setattr(SavedQueries, "create", some)
        done = cli("library", "push", "coldstarts", "deployments", "health")
    assert done.code == 1 and "not allowed: logs:PutQueryDefinition; 2 of 3 saved queries were written" in done.err
    assert "2 up to date" in cli("library", "push", "coldstarts", "deployments", "health").out


def test_list_and_show(cli: Cli) -> None:
    assert cli("library", "list").out == cli("query").out
    assert cli("library", "list", "-o", "json").out == cli("query", "-o", "json").out
    assert cli("library", "show", "cold-starts").out == Path("queries/latency/coldstarts.ql").read_text()
    rendered = cli("library", "show", "coldstarts", "--rendered", "--param", "bin=1h").out
    assert rendered.endswith("by bin(1h)\n") and "+++" not in rendered
    for words, what in (
        (("show", "nosuch"), "there is no query 'nosuch'"),
        (("show", "coldstarts", "--param", "bin=1h"), "--param goes with --rendered"),
        (("show", "coldstarts", "--rendered", "--param", "bin"), "is not NAME=VALUE"),
        (("push", "--dir", "nowhere"), "there is no file or folder nowhere"),
        (("push", "coldstart"), "did you mean 'coldstarts'?"),
    ):
        done = cli("library", *words)
        assert done.code == 2 and what in done.err, words


def test_two_machines_at_once_write_one_definition_each(account: CloudWatchLogsClient) -> None:
    """Both saw an empty account: the token is the same for the same work."""
    from insightctl.cloud.session import Cloud
    from insightctl.library.definitions.push import planned, push
    from insightctl.library.definitions.sources import from_library
    from insightctl.library.definitions.wanted import wanted

    made = wanted(from_library(["coldstarts", "health"]), "insightctl")
    first, second = (planned(Cloud(), made, "insightctl") for _ in range(2))
    push(Cloud(), first)
    kept = definitions(account)
    push(Cloud(), second)
    assert definitions(account) == kept and len(kept) == 2
