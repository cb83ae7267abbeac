"""Each query of the library finds what the features planted: in text, in JSON, in a mix, and through the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.core.job import QueryJob, Target
from insightctl.core.time import TimeRange
from insightctl.demo.expected import EXPECTED
from insightctl.demo.features.model import FORMS
from insightctl.demo.planted import Planted, plant
from insightctl.emulator.server import Emulator
from insightctl.library import load, load_all, render
from insightctl.local import LocalBackend, LogSource
from tests.emulator.conftest import no_aws
from tests.library.truth import Wanted, differences

__all__ = ["no_aws"]

WAYS = (*FORMS, "emulator")
LIBRARY = {spec.name for spec in load_all()}
UNTOLD = {"log-patterns": "its patterns are mined by the engine: there is nothing that a generator could count"}

QUICK = ("errors", "timeouts", "network-errors", "memory", "retries")
"""Asked of the mix in each run of the tests; all the others, and the other ways, are slow."""

KNOWN: dict[tuple[str, str], str] = {
    ("health", way): "cold_pct takes each Init Duration of a REPORT: what ran ahead of need is told by coldstarts"
    for way in WAYS
}
"""Where an answer is known to differ, and why: by query and way. One that is mended fails here: take it out."""


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Planted]:
    """The story in each form."""
    folder = tmp_path_factory.mktemp("features")
    return {form: plant(folder / form, form, end_ms=1_795_480_000_000) for form in FORMS}


@pytest.fixture(scope="session")
def served(planted: dict[str, Planted]) -> Iterator[Emulator]:
    """An emulator that has the mix."""
    with Emulator([LogSource(planted["mixed"].logs)]) as emulator:
        yield emulator


def wanted(planted: Planted, name: str) -> Wanted:
    queries = planted.truth["queries"]
    assert isinstance(queries, dict)
    return Wanted.of(queries[name])


def job(name: str, planted: Planted, functions: tuple[str, ...]) -> QueryJob:
    query = name.partition("/")[0]
    if query not in LIBRARY:
        pytest.skip(f"the library has no query {query} yet")
    text = render(load(query), dict(wanted(planted, name).params))
    return QueryJob(text, Target(functions=functions), TimeRange(planted.start_ms, planted.end_ms))


def locally(name: str, planted: Planted) -> list[str]:
    expected = wanted(planted, name)
    result = LocalBackend([LogSource(planted.logs)]).run(job(name, planted, expected.functions))
    return differences(result, expected)


def expect_known(request: pytest.FixtureRequest, name: str, way: str) -> None:
    if (name, way) in KNOWN:
        request.node.add_marker(pytest.mark.xfail(reason=KNOWN[name, way], strict=True))


@pytest.mark.parametrize("name", QUICK)
def test_the_first_questions(name: str, planted: dict[str, Planted]) -> None:
    assert locally(name, planted["mixed"]) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_query_finds_what_was_planted(
    name: str, form: str, planted: dict[str, Planted], request: pytest.FixtureRequest
) -> None:
    expect_known(request, name, form)
    if form not in wanted(planted[form], name).forms:
        pytest.skip(f"the {form} format does not hold what {name} reads")
    assert locally(name, planted[form]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_so_it_does_through_the_emulator(
    name: str,
    planted: dict[str, Planted],
    served: Emulator,
    no_aws: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    assert not no_aws.exists()
    expect_known(request, name, "emulator")
    mixed = planted["mixed"]
    expected = wanted(mixed, name)
    if "mixed" not in expected.forms:
        pytest.skip(f"a mix does not hold all that {name} reads")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    everything = tuple(sorted(path.stem for path in mixed.logs.iterdir()))
    backend = CloudWatchBackend(region="us-east-1", endpoint_url=served.url)
    result = backend.run(job(name, mixed, expected.functions or everything))
    assert differences(result, expected) == []


def test_every_query_has_its_truth(planted: dict[str, Planted]) -> None:
    told = {name.partition("/")[0] for name in EXPECTED}
    assert LIBRARY - told == set(UNTOLD)
    for form in FORMS:
        for name in EXPECTED:
            assert wanted(planted[form], name).rows, f"{name} has nothing to find in {form}"


def test_the_known_differences_are_of_queries_and_ways() -> None:
    assert {name for name, _ in KNOWN} <= set(EXPECTED)
    assert {way for _, way in KNOWN} <= set(WAYS)
