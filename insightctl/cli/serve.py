"""`insightctl serve`: the emulator, in the foreground."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.emulator.account.facts import Account
    from insightctl.emulator.adversity import Adversity
    from insightctl.local import LogSource

DEFAULT_PORT = 4577


def serve(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            metavar="PATH",
            help="A log file or folder: its log groups, streams and events are there from the start. Repeatable.",
        ),
    ] = None,
    log_group: Annotated[
        list[str] | None,
        typer.Option("--log-group", metavar="NAME=PATH", help="The same, but under this log group's name. Repeatable."),
    ] = None,
    fixture: Annotated[
        Path | None,
        typer.Option(
            "--fixture",
            metavar="FILE",
            help="Functions, versions, aliases and who changed them: TOML or JSON (docs/emulator.md).",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port on 127.0.0.1; 0 picks a free one.")
    ] = DEFAULT_PORT,
    faults: Annotated[
        Path | None,
        typer.Option(
            "--faults", metavar="FILE", help="What goes wrong on purpose: a TOML file of faults (docs/emulator.md)."
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="NAME=VALUE", help="One fault, such as throttle=0.2. Repeatable."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print each request on stderr.")] = False,
) -> None:
    """Answer CloudWatch calls on this machine: the AWS CLI, boto3 and insightctl itself work against it.

    Queries (StartQuery and what follows) are answered by the local engine, dashboards are kept and checked,
    and everything else is moto's. Without --data and --log-group it starts empty: create log groups and put events.
    It listens on 127.0.0.1 only, takes any credentials, forgets everything when it ends; Ctrl-C ends it.

    Example:

        insightctl serve --data ./logs --port 4577

        export AWS_ENDPOINT_URL=http://127.0.0.1:4577 AWS_DEFAULT_REGION=us-east-1

        export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x

        aws logs describe-log-groups

        insightctl query coldstarts -f checkout --since 3h

        insightctl serve --data ./logs --fixture account.toml

        insightctl serve --fault throttle=0.2 --fault query_seconds=2 --fault starts_per_s=10
    """
    from insightctl.emulator.server import Emulator

    sources = _sources(data or [], log_group or [])
    account = _account(fixture)
    adversity = _adversity(faults, fault or [])
    # a shell starts background jobs with SIGINT ignored: take it back, and end as cleanly on SIGTERM
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with Emulator(sources, port=port, verbose=verbose, adversity=adversity, account=account) as emulator:
            typer.echo(f"CloudWatch emulator on {emulator.url} (Ctrl-C ends it)")
            emulator.wait()
    except KeyboardInterrupt:
        pass


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _account(file: Path | None) -> Account | None:
    if file is None:
        return None
    from insightctl.emulator.account.reading import read_account

    return read_account(file)


def _adversity(file: Path | None, single: list[str]) -> Adversity:
    """The faults of the file and of the options, which count more."""
    import tomllib

    from insightctl.emulator.adversity import from_settings

    settings: dict[str, object] = {}
    if file is not None:
        try:
            settings |= tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{file} is not TOML: {error}") from None
    for text in single:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise UsageError(f"--fault {text}: not NAME=VALUE", remedy="write --fault throttle=0.2")
        settings[name] = _value(value)
    return from_settings(settings)


def _value(text: str) -> object:
    """A value as TOML; what is none is a text."""
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _sources(data: list[Path], log_groups: list[str]) -> tuple[LogSource, ...]:
    if not data and not log_groups:
        return ()
    from insightctl.local import LogSource

    named = [text.partition("=") for text in log_groups]
    for name, sign, path in named:
        if not (name and sign and path):
            raise UsageError(
                f"--log-group {name}{sign}{path}: not NAME=PATH",
                remedy="write --log-group /aws/lambda/checkout=./checkout.log",
            )
    for given in (*data, *(Path(path) for _, _, path in named)):
        if not given.exists():
            raise UsageError(f"{given}: no such file or folder", remedy="give --data or --log-group a path that exists")
    return (*(LogSource(path) for path in data), *(LogSource(Path(path), log_group=name) for name, _, path in named))
