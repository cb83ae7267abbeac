"""What a function's logs cost to send, and which lines are bought without need."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.triage.advice.facts import History
from insightctl.triage.advice.model import Advice, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say

DEBUG = frozenset(("DEBUG", "TRACE"))
_SHARE = 0.1


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """Bytes a month, with what DEBUG is of them, and against what running costs."""
    whole = sum(row.bytes for row in history.logged) * history.month
    if not whole:
        return
    debug = sum(row.bytes for row in history.logged if row.level in DEBUG) * history.month
    platform = sum(row.bytes for row in history.logged if row.source == "platform") * history.month
    now, then = costs.logs(whole), costs.logs(whole - debug)
    gb_s = sum(size.gb_s for size in history.sizes) * history.month
    run = gb_s * costs.run(history.architecture) + costs.requests(history.invocations * history.month)
    numbers = (
        Number("bytes_month", whole, "bytes"),
        Number("debug_bytes_month", debug, "bytes"),
        Number("platform_bytes_month", platform, "bytes"),
        Number("run_usd_month", run, "USD"),
    )
    beside = f"; running it costs {say.usd(run)}" if now > run else ""
    amount = f"{whole / 1e9:,.2f} GB of logs a month cost {say.usd(now)} to send{beside}"
    if debug >= _SHARE * whole:
        json_logs = history.settings.json_logs if history.settings else None
        caution = "" if json_logs else " (levels need the JSON log format: lines change their form)"
        yield Advice(
            "logs",
            history.function,
            "change",
            f"{amount}: {100 * debug / whole:.0f} % of it is DEBUG and TRACE, which INFO would leave out{caution}",
            numbers,
            now,
            then,
            None,
            "medium",
            say.configure(history.function, "--logging-config LogFormat=JSON,ApplicationLogLevel=INFO"),
            "what keeping them costs: it depends on the group's retention",
        )
        return
    if now > run:
        sentence = f"{amount}: insightctl query chatty shows which lines"
        yield Advice("logs", history.function, "weigh", sentence, numbers, now, now)
    else:
        yield Advice("logs", history.function, "nothing", amount, numbers, now, now)
