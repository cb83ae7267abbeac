"""The options that many commands share, once."""

from __future__ import annotations

from typing import Annotated

import typer

_WHERE = "Where"
_WHEN = "When"
_OUT = "Output"

Function = Annotated[
    list[str] | None,
    typer.Option(
        "--function", "-f", metavar="NAME", help="Lambda function, or a glob. Repeatable.", rich_help_panel=_WHERE
    ),
]
LogGroup = Annotated[
    list[str] | None,
    typer.Option(
        "--log-group",
        "-g",
        metavar="NAME",
        help="Log group, or a glob; with local logs NAME=PATH names a file's group. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
Local = Annotated[
    list[str] | None,
    typer.Option(
        "--local",
        metavar="PATH",
        help="Log file, folder, glob, store (its name or folder) or - instead of CloudWatch. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
Lookup = Annotated[
    list[str] | None,
    typer.Option(
        "--lookup",
        metavar="NAME=FILE",
        help="A CSV file as a lookup table of this name, for lookup and cidrlookup over local logs. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
MemoryLimit = Annotated[
    str | None,
    typer.Option(
        "--memory-limit",
        metavar="SIZE",
        help="Memory that a query over local logs may take: 4GB, 512MiB. Default: half of what there is.",
        rich_help_panel=_WHERE,
    ),
]
Profile = Annotated[str | None, typer.Option("--profile", help="AWS profile.", rich_help_panel=_WHERE)]
Region = Annotated[str | None, typer.Option("--region", help="AWS region.", rich_help_panel=_WHERE)]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help="A time ago (30m, 3h, 2d) or a moment (2026-11-23T10:00). Default: 1h; with --local all of the data.",
        rich_help_panel=_WHEN,
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="The end, likewise. Default: now.", rich_help_panel=_WHEN)
]
Around = Annotated[
    str | None,
    typer.Option("--around", metavar="TIME", help="A moment to look around.", rich_help_panel=_WHEN),
]
Window = Annotated[
    str | None,
    typer.Option("--window", metavar="SPAN", help="How much around it: 30m is 15m each way.", rich_help_panel=_WHEN),
]
Tz = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Time zone of times you type and tables show.", rich_help_panel=_WHEN),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT",
        help="table, chart, json, jsonl, csv, tsv, markdown, html, insights, or any tabulate format.",
        rich_help_panel=_OUT,
    ),
]
OutFile = Annotated[
    str | None, typer.Option("--out", metavar="FILE", help="Write to a file instead.", rich_help_panel=_OUT)
]
Columns = Annotated[
    str | None, typer.Option("--columns", metavar="A,B", help="Only these columns.", rich_help_panel=_OUT)
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first rows.", rich_help_panel=_OUT)]
