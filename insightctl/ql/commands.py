"""The one table of commands. `parsed` ones have a tree of their own; the others only the service runs so far."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandInfo:
    """A command: its keyword, one line on what it does, and an example."""

    name: str
    doc: str
    example: str
    parsed: bool = True


_TABLE = (
    CommandInfo("fields", "Shows fields and makes new ones.", "fields @timestamp, @message"),
    CommandInfo("display", "Shows only these fields.", "display @message"),
    CommandInfo("filter", "Keeps the events that meet a condition.", 'filter @message like "ERROR"'),
    CommandInfo("parse", "Takes values out of a text by glob or regex.", 'parse @message "user=*" as user'),
    CommandInfo("stats", "Aggregates, by groups.", "stats count(*) by bin(5m)"),
    CommandInfo("sort", "Orders.", "sort @timestamp desc"),
    CommandInfo("limit", "Keeps the first rows.", "limit 20"),
    CommandInfo("dedup", "Keeps the first event of each value.", "dedup server"),
    CommandInfo("source", "Names the log groups.", "SOURCE '/aws/lambda/checkout'"),
    CommandInfo("filterIndex", "Keeps indexed events.", 'filterIndex requestId = "1"', parsed=False),
    CommandInfo("pattern", "Groups messages by template.", "pattern @message", parsed=False),
    CommandInfo("diff", "Compares with the time before.", "pattern @message | diff", parsed=False),
    CommandInfo("unmask", "Shows masked data.", "unmask(@message)", parsed=False),
    CommandInfo("anomaly", "Finds unusual patterns.", "pattern @message | anomaly", parsed=False),
    CommandInfo("unnest", "One row an element of a list.", "unnest items into item", parsed=False),
    CommandInfo("lookup", "Adds columns of a lookup table.", "lookup users id OUTPUT name", parsed=False),
    CommandInfo("join", "Joins with another query.", "join type=inner ...", parsed=False),
)

COMMANDS: dict[str, CommandInfo] = {c.name.lower(): c for c in _TABLE} | {"where": _TABLE[2]}
"""By lower-case keyword; `where` is another spelling of filter."""
