"""The options that many commands share, once."""

from __future__ import annotations

from typing import Annotated

import typer

_WHERE = "Where"
_WHEN = "When"
_OUT = "Output"
_COST = "Cost"

Function = Annotated[
    list[str] | None,
    typer.Option(
        "--function",
        "-f",
        metavar="NAME",
        help="Lambda function: name, glob, ARN, name:alias or name:version. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
LogGroup = Annotated[
    list[str] | None,
    typer.Option(
        "--log-group",
        "-g",
        metavar="NAME",
        help="Log group: name, glob, /regex/ or ARN; with local logs NAME=PATH names a file's group. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
Stack = Annotated[
    list[str] | None,
    typer.Option(
        "--stack",
        metavar="NAME",
        help="Functions and log groups of a CloudFormation stack, nested ones too. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
Tag = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="KEY=VALUE",
        help="Functions and log groups that have the tag; repeated, all of them. KEY alone: any value.",
        rich_help_panel=_WHERE,
    ),
]
Service = Annotated[
    list[str] | None,
    typer.Option(
        "--service",
        metavar="NAME",
        help="A service of insightctl.toml, or an SSM parameter (/path) with names. Repeatable.",
        rich_help_panel=_WHERE,
    ),
]
Account = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ID",
        help="In a monitoring account: look in this linked account, or in all. Repeatable.",
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
Profiles = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="NAME", help="AWS profile. Repeatable: side by side.", rich_help_panel=_WHERE),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region", metavar="NAME", help="AWS region. Repeatable, or a,b: side by side.", rich_help_panel=_WHERE
    ),
]
MaxCost = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        min=0,
        metavar="USD",
        help="Refuse to start (exit code 3) when the estimate is above it.",
        rich_help_panel=_COST,
    ),
]
Price = Annotated[
    float | None,
    typer.Option(
        "--price", min=0, metavar="USD", help="USD a GB scanned, instead of the list price.", rich_help_panel=_COST
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would run and its cost; run nothing.", rich_help_panel=_COST)
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Ask again, also what was asked before.", rich_help_panel=_COST)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a costly run.", rich_help_panel=_COST)]
Split = Annotated[
    str | None,
    typer.Option(
        "--split",
        metavar="SPAN",
        help="On CloudWatch, ask in slices of this length side by side (1h); the answer is the same.",
        rich_help_panel=_COST,
    ),
]
MaxRows = Annotated[
    int,
    typer.Option(
        "--max-rows",
        min=1,
        metavar="N",
        help="Fetch at most so many rows from CloudWatch; past 10,000 in several queries.",
        rich_help_panel=_COST,
    ),
]
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
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT",
        help="table, chart, json, jsonl, csv, tsv, markdown, html, insights, or any tabulate format. Default: table.",
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
