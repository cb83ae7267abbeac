"""What a query does, in plain words, step by step.

    from insightctl.ql import check
    from insightctl.ql.explaining import answer, explain
    checked = check("filter status >= 500 | stats count(*) by bin(5m)")
    [step.sentence for step in explain(checked)]   # ['Keeps only the events where status is at least 500.', ...]
    answer(checked)                                # 'The answer has the columns bin(5m) and count(*), at most ...'

`commands` has the table, one function a command beside it by topic; `expressions` says expressions; `flow` follows
how many rows there are and in which order; `layout` is the text for the terminal.
"""

from __future__ import annotations

from insightctl.ql.checker import CheckedQuery
from insightctl.ql.explaining.commands import explained
from insightctl.ql.explaining.flow import NO_ORDER
from insightctl.ql.explaining.layout import layout
from insightctl.ql.explaining.phrases import listed
from insightctl.ql.explaining.step import Explained

__all__ = ["Explained", "answer", "explain", "layout"]


def explain(checked: CheckedQuery) -> tuple[Explained, ...]:
    """Each command of the query in words."""
    return explained(checked.analysis)[0]


def answer(checked: CheckedQuery) -> str:
    """What comes out at the end: columns, how many rows, in which order."""
    flow = explained(checked.analysis)[1]
    names = [column.name for column in checked.columns]
    columns = f"the column{'s' if len(names) > 1 else ''} {listed(names)}" if names else "no columns"
    single = flow.most == 1 and (flow.exact or flow.order == NO_ORDER)
    order = "" if single else f", {flow.order}"
    return f"The answer has {columns}, {flow.amount()}{order}."
