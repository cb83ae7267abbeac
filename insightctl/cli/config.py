"""`insightctl config`: the settings, where they come from, and the results kept on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.core.config import Config
    from insightctl.core.config_file import ConfigFile, Keys

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Settings: defaults, cost limits, prices, kept results.\n\nExample: insightctl config set max_cost 1.00",
)
cache_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Results of the past that are kept on this machine.\n\nExample: insightctl config cache list",
)
app.add_typer(cache_app, name="cache")

Key = Annotated[str, typer.Argument(metavar="KEY", help="A setting, prices.ITEM or prices.REGION.ITEM.")]
Project = Annotated[bool, typer.Option("--project", help="In the project's insightctl.toml, not the user's file.")]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="table or json.")]

TEMPLATE = """\
# Settings of insightctl: 'insightctl config show' tells what is in force and why, docs/cost.md explains limits and prices.

[defaults]
"""


@app.command()
def show(output: Output = "table") -> None:
    """Show every setting, its value and where it comes from.

    Example: insightctl config show
    """
    from insightctl.cli import config_text

    _checked(output)
    with _places_shown():
        config_text.show_settings(_loaded(), output)


@app.command()
def get(key: Key) -> None:
    """Print the value that is in force; nothing and exit code 1 when there is none.

    Example: insightctl config get region
    """
    with _places_shown():
        config, keys = _loaded(), keys_of(key)
    if len(keys) == 2 and keys[0] == "defaults":
        value = getattr(config, keys[1])
    else:
        value = next((usd for (item, where), usd in config.own_prices.items() if _own(item, where) == keys), None)
    if value is None:
        raise typer.Exit(1)
    print(value)


@app.command("set")
def set_(key: Key, value: Annotated[str, typer.Argument(help="Its value.")], project: Project = False) -> None:
    """Set a setting or a price of one's own; comments in the file stay.

    Example: insightctl config set ask_above 0.10

    Example: insightctl config set prices.eu-west-1.logs_scanned_gb 0.0051
    """
    keys = keys_of(key)
    file = _file(keys, project=project)
    written = _written(keys, value)
    _write(file, file.changed(keys, written))
    print(f"{key} = {written} ({file.path})")
    with _places_shown():
        _warn_if_hidden(_loaded(), keys, file)


@app.command()
def unset(key: Key, project: Project = False) -> None:
    """Take a setting out of the file, so that its default holds again.

    Example: insightctl config unset max_cost
    """
    keys = keys_of(key)
    file = _file(keys, project=project)
    if not file.has(keys):
        raise UsageError(
            f"{key} is not set in {file.path}", remedy="'insightctl config show' tells where it comes from"
        )
    _write(file, file.changed(keys, None))
    print(f"{key} is no longer set ({file.path})")


@app.command()
def path(project: Project = False) -> None:
    """Print where the settings file is, or would be.

    Example: insightctl config path
    """
    print(_path(project=project))


@app.command()
def edit(project: Project = False) -> None:
    """Open the settings file in $VISUAL or $EDITOR, and check it afterwards.

    Example: EDITOR=nano insightctl config edit
    """
    import shlex
    import subprocess

    from insightctl.core.config_file import ConfigFile

    target = _path(project=project)
    if not target.exists():
        ConfigFile(target, "", {}).write(TEMPLATE)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(editor), str(target)], check=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot start the editor '{editor}': {error}", remedy="set EDITOR to another one") from None
    if done.returncode:
        raise UsageError(f"the editor '{editor}' ended with {done.returncode}")
    with _places_shown():
        _verify(ConfigFile.read(target))


@app.command()
def prices(
    region: Annotated[str | None, typer.Option("--region", help="Of this region.")] = None, output: Output = "table"
) -> None:
    """Show the prices that costs are reckoned with: the list's, and one's own over them.

    Example: insightctl config prices --region eu-west-1
    """
    from insightctl.cli import config_text

    _checked(output)
    with _places_shown():
        config = _loaded()
    config_text.show_prices(config.prices, region or config.region or "us-east-1", output)


@cache_app.command("list")
def cache_list(output: Output = "table") -> None:
    """List the results that are kept, the last used first.

    Example: insightctl config cache list
    """
    from insightctl.cli import config_text
    from insightctl.cloud.cache import ResultCache, cache_folder

    _checked(output)
    with _places_shown():
        config = _loaded()
    with ResultCache.open(cache_folder(os.environ), config.cache_size) as cache:
        config_text.show_cache(cache, config.cache_size, output)


@cache_app.command("clear")
def cache_clear() -> None:
    """Drop all results that are kept.

    Example: insightctl config cache clear
    """
    from insightctl.cloud.cache import ResultCache, cache_folder
    from insightctl.core.sizes import size_text

    with ResultCache.open(cache_folder(os.environ), 0) as cache:
        dropped = cache.clear()
    count = len(dropped)
    print(f"dropped {count} result{'' if count == 1 else 's'}, {size_text(sum(entry.size for entry in dropped))}")


def keys_of(key: str) -> Keys:
    """Where a key of the command line stands in the file. Raises UsageError with the nearest name."""
    from insightctl.core.config import DEFAULTS, PRICES, setting_of

    parts = tuple(key.split("."))
    if parts[0] == PRICES and len(parts) in (2, 3):
        return parts
    return (DEFAULTS, setting_of(key.removeprefix(f"{DEFAULTS}.")).name)


def _own(item: str, region: str) -> Keys:
    return ("prices", region, item) if region else ("prices", item)


def _written(keys: Keys, value: str) -> object:
    """The value as the file holds it: amounts as numbers, all else as text. Raises UsageError for a wrong one."""
    from insightctl.core.config import PRICES, SETTINGS

    reading = SETTINGS["max_cost"] if keys[0] == PRICES else SETTINGS[keys[1]]
    try:
        read = reading.read(value)
    except UsageError as error:
        name = ".".join(keys[1:])
        raise UsageError(f"{name}: {error.what.removeprefix(f'{name}: ')}", remedy=error.remedy) from None
    return read if isinstance(read, float) else value


def _path(*, project: bool) -> Path:
    from insightctl.core.config import PROJECT_FILE, project_file, user_file

    return (project_file(Path.cwd()) or Path.cwd() / PROJECT_FILE) if project else user_file(os.environ)


def _file(keys: Keys, *, project: bool) -> ConfigFile:
    from insightctl.core.config import PRICES
    from insightctl.core.config_file import ConfigFile

    if project and keys[0] == PRICES:
        raise UsageError("prices stand in the user's file only", remedy="leave out --project")
    with _places_shown():
        return ConfigFile.read(_path(project=project))


def _write(file: ConfigFile, text: str) -> None:
    """Writes what reads well only."""
    import tomllib

    from insightctl.core.config_file import ConfigFile

    with _places_shown():
        _verify(ConfigFile(file.path, text, tomllib.loads(text)))
    file.write(text)


def _verify(file: ConfigFile) -> None:
    from insightctl.core.config import check_tables, read_defaults, read_prices

    check_tables(file)
    read_defaults(file)
    read_prices(file)


def _loaded() -> Config:
    from insightctl.core.config import Config

    config = Config.load()
    for note in config.notes:
        terminal.warn(note)
    return config


def _warn_if_hidden(config: Config, keys: Keys, file: ConfigFile) -> None:
    origin = config.origins.get(keys[-1]) if keys[0] == "defaults" else None
    if origin and not origin.startswith(str(file.path)):
        terminal.warn(f"{origin} stands above it: {keys[-1]} is {getattr(config, keys[-1])}")


@contextmanager
def _places_shown() -> Iterator[None]:
    """Shows the line of a settings file that an error is about, with a caret, before the error itself."""
    from insightctl.core.config_file import ConfigError
    from insightctl.render import safe

    try:
        yield
    except ConfigError as error:
        if error.excerpt:
            print(safe.text(error.excerpt), file=sys.stderr)
        raise


def _checked(output: str) -> None:
    if output not in ("table", "json"):
        raise UsageError(f"-o {output}: no such format here", remedy="table or json")
