"""Words for the commands that look for what is alike, new or unusual."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.analysis import compared_columns
from insightctl.ql.explaining.phrases import duration, listed
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.formatting import expression_text

_BASELINES = {
    None: "the stretch of the same length just before",
    "previousDay": "the same time a day earlier",
    "previousWeek": "the same time a week earlier",
    "previousMonth": "the same time a month earlier",
}
_COMPARED = "how many events each has now (@sampleCount) and how many more or fewer that is (@differenceCount)"


def pattern(c: ast.Pattern, here: Here) -> Said:
    """`pattern field`"""
    return Said(
        f"Groups the {here.rows} whose {here.speaker.value(c.source)} is alike but for its variable parts. "
        "Gives each pattern, how many events have it (@sampleCount), their share (@ratio) and its severity."
    )


def diff(c: ast.Diff, here: Here) -> Said:
    """`diff previousDay`"""
    what = "the patterns" if here.scope.closed else "the patterns of @message"
    base = _BASELINES.get(c.against, str(c.against))
    return Said(f"Compares {what} with {base}: {_COMPARED}.", ("The earlier time is scanned, too.",))


def logcompare(c: ast.LogCompare, here: Here) -> Said:
    """`logcompare timeshift 1d`"""
    earlier = f"{duration(c.shift)} earlier"
    notes = ("The earlier time is scanned, too.",)
    if not here.scope.closed or "@pattern" in here.scope.defined:
        what = "the patterns" if here.scope.closed else "the patterns of @message"
        return Said(f"Compares {what} with the same range {earlier}: {_COMPARED}.", notes)
    made = listed(list(compared_columns(here.analysis.query, here.scope)))
    added = f" and adds it beside: {made}" if made else ""
    return Said(f"Computes the same over the same range {earlier}{added}.", notes)


def anomaly(c: ast.Anomaly, here: Here) -> Said:  # noqa: ARG001
    """`anomaly`"""
    what = "the patterns" if here.scope.closed else "the patterns of @message"
    return Said(
        f"Judges which of {what} are unusual: the kind (@anomalyType), how much (@anomalyScore) and why "
        "(@anomalyDescription)."
    )


def relevantfields(c: ast.RelevantFields, here: Here) -> Said:
    """`relevantfields a, b where condition`"""
    names = listed([expression_text(name) for name in c.fields]) or "all fields"
    return Said(
        f"Compares the {here.rows} where {here.speaker.condition(c.condition)} with the others and ranks {names} "
        "by how much they differ (@relevanceScore, from 0 to 1)."
    )
