"""The same event from several sources is one entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from insightctl.dashboards.markers import from_deployments
from insightctl.dashboards.model import Marker
from insightctl.deployments import Deployment
from insightctl.deployments.merge import merged

T = datetime(2026, 11, 23, 10, tzinfo=UTC)


def _at(minutes: float) -> datetime:
    return T + timedelta(minutes=minutes)


LOGS = Deployment("a", "8", _at(5), "logs", what="first invocation", before="7")
LAMBDA = Deployment("a", "8", _at(0), "lambda", what="published", published=_at(0))
TRAIL = Deployment("a", "8", _at(0.1), "cloudtrail", what="new code, published", by="ci", published=_at(0.1))
SHIFT = Deployment("a", "8", _at(4.9), "cloudtrail", "alias", what="alias prod → 8", alias="prod")
MARK = Deployment("a", "8", _at(6), "mark", "mark", what="release 2.7")


def test_a_version_told_by_all_is_one_entry() -> None:
    (one,) = merged([LAMBDA, MARK, TRAIL, LOGS])
    assert one == Deployment(
        "a",
        "8",
        _at(5),
        "logs",
        "version",
        ("logs", "lambda", "cloudtrail", "mark"),
        "first invocation; new code, published; release 2.7",
        "ci",
        None,
        "7",
        _at(0.1),
    )


def test_the_order_of_the_sources_does_not_matter() -> None:
    assert merged([LOGS, TRAIL, LAMBDA, SHIFT, MARK]) == merged([MARK, SHIFT, LAMBDA, TRAIL, LOGS])


def test_a_shift_stays_beside_its_version() -> None:
    assert [(d.kind, d.version) for d in merged([SHIFT, LOGS])] == [("alias", "8"), ("version", "8")]


def test_a_roll_back_is_a_mark_of_its_own() -> None:
    later = Deployment("a", "8", _at(90), "mark", "mark", what="rolled back")
    assert [(d.kind, d.what) for d in merged([LOGS, later])] == [
        ("version", "first invocation"),
        ("mark", "rolled back"),
    ]


def test_latest_as_lambda_knows_it_joins_the_change_that_made_it() -> None:
    change = Deployment("a", "$LATEST", _at(0), "cloudtrail", "config", what="memory 512 MB", by="ci")
    latest = Deployment("a", "$LATEST", _at(0.5), "lambda", what="code or configuration of $LATEST changed")
    (one,) = merged([latest, change])
    assert (one.kind, one.what, one.sources) == ("config", "memory 512 MB", ("lambda", "cloudtrail"))
    assert merged([latest]) == (latest,)


def test_other_functions_stay_apart() -> None:
    other = Deployment("b", "8", _at(5))
    assert len(merged([LOGS, other])) == 2


def test_markers_are_one_for_a_release() -> None:
    config = Deployment("a", "$LATEST", _at(1), "cloudtrail", "config")
    assert from_deployments(merged([LOGS, SHIFT, config])) == (
        Marker("a prod → 8", _at(4.9).replace(microsecond=0), function="a"),
    )
    assert from_deployments([LOGS, LOGS, Deployment("a", "9", _at(60))], most=1) == (
        Marker("a 9", _at(60), function="a"),
    )
