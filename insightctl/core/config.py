"""The user's settings: which exist, where they come from, and what they are now.

    config = Config.load()
    config.max_cost         # USD, or None
    config.origins["tz"]    # "/home/me/.config/insightctl/config.toml:3", "$INSIGHTCTL_TZ" or "default"

Later ones win: the defaults, the user's config.toml, the project's insightctl.toml, the environment; options of the
command line come over all of it. Of the two limits in USD the lower of both files holds, and prices come from the
user's file only: a project is other people's text, and must not lift a guard on the user's money.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from insightctl.core.config_file import ConfigFile, Keys
from insightctl.core.errors import UsageError
from insightctl.core.prices import ITEMS, Item, PriceList, price_list
from insightctl.core.sizes import parse_size
from insightctl.core.time import parse_moment

DEFAULTS, PRICES = "defaults", "prices"
"""The tables of a settings file that are ours; others (services, say) are left to those who read them."""

PROJECT_FILE = "insightctl.toml"
DEFAULT_CACHE_BYTES = 256_000_000

_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `read` gives its value from TOML, the environment or the command line; it raises UsageError."""

    name: str
    help: str
    example: str
    read: Callable[[object], object]
    environment: tuple[str, ...] = ()
    stricter: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that set it, the first that is set wins."""
        return (f"INSIGHTCTL_{self.name.upper()}", *self.environment)


def _usd(value: object) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise UsageError(f"{value!r} is no amount of USD", remedy="write a number: 0.50")
    return number


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{value!r} is no text")
    return value.strip()


def _region(value: object) -> str:
    if not _REGION.fullmatch(_text(value)):
        raise UsageError(f"{value!r} is not the name of an AWS region", remedy="write it like eu-west-1")
    return _text(value)


def _since(value: object) -> str:
    parse_moment(_text(value), now=datetime.now(UTC), option="since")
    return _text(value)


def _zone(value: object) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(_text(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"there is no time zone {value!r}", remedy="such as Europe/Berlin, or UTC") from None
    return _text(value)


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    try:
        return parse_size(_text(value), "cache_size")
    except OverflowError:
        raise UsageError(f"{value!r} is more than there is", remedy="write a number and a unit: 256MB") from None


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        setting.name: setting
        for setting in (
            Setting("max_cost", "USD above which a run is refused before it starts.", "1.00", _usd, stricter=True),
            Setting("ask_above", "USD above which a run on a terminal is asked about.", "0.10", _usd, stricter=True),
            Setting("region", "AWS region.", "eu-west-1", _region, ("AWS_REGION", "AWS_DEFAULT_REGION")),
            Setting("profile", "AWS profile.", "prod", _text, ("AWS_PROFILE",)),
            Setting("since", "Where a time range starts when none is named.", "3h", _since),
            Setting("output", "Output format.", "table", _text),
            Setting("tz", "Time zone of times you type and tables show.", "Europe/Berlin", _zone),
            Setting("cache_size", "Room for results on this machine; 0 keeps none.", "256MB", _size),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. Amounts are USD, `cache_size` bytes; None: not set.

    `own_prices` are the user's, by item and region ("" for all). `notes` are sentences for the user.
    """

    max_cost: float | None = None
    ask_above: float | None = None
    region: str | None = None
    profile: str | None = None
    since: str | None = None
    output: str | None = None
    tz: str | None = None
    cache_size: int = DEFAULT_CACHE_BYTES
    own_prices: Mapping[tuple[Item, str], float] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def prices(self) -> PriceList:
        """The list prices with the user's over them."""
        return price_list().with_own(self.own_prices)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> Config:
        """Reads both files and the environment. Raises ConfigError with the place, UsageError for a variable."""
        environ = os.environ if environ is None else environ
        user = ConfigFile.read(user_file(environ))
        found, notes = _project(cwd or Path.cwd())
        files = [user] if found is None else [user, ConfigFile.read(found)]
        values: dict[str, Any] = {}
        origins = {setting.name: "default" for setting in SETTINGS.values()}
        for file in files:
            check_tables(file)
            for name, value in read_defaults(file).items():
                if SETTINGS[name].stricter and name in values and values[name] <= value:
                    continue
                values[name], origins[name] = value, file.where((DEFAULTS, name))
        for setting in SETTINGS.values():
            for variable in setting.variables:
                if environ.get(variable):
                    values[setting.name], origins[setting.name] = _from_variable(setting, variable, environ)
                    break
        if len(files) > 1 and PRICES in files[1].values:
            notes = (*notes, f"[prices] in {found} is not read: prices come from {user.path} only")
        return cls(**values, own_prices=read_prices(user), origins=origins, notes=notes)


def user_file(environ: Mapping[str, str]) -> Path:
    """$INSIGHTCTL_CONFIG, else insightctl/config.toml in $XDG_CONFIG_HOME or ~/.config."""
    if given := environ.get("INSIGHTCTL_CONFIG"):
        return Path(given)
    base = Path(environ.get("XDG_CONFIG_HOME") or "")
    # a relative path is invalid and to be ignored (XDG Base Directory Specification)
    return (base if base.is_absolute() else Path.home() / ".config") / "insightctl" / "config.toml"


def project_file(cwd: Path) -> Path | None:
    """The nearest insightctl.toml in the folder or above it that is the user's own (or root's); None without one."""
    return _project(cwd)[0]


def _project(cwd: Path) -> tuple[Path | None, tuple[str, ...]]:
    for folder in (cwd, *cwd.parents):
        path = folder / PROJECT_FILE
        try:
            owner = path.stat().st_uid
        except OSError:
            continue
        # anybody may leave a file in /tmp; one of another user must not choose our account
        if owner in (0, os.geteuid()) or os.geteuid() == 0:
            return path, ()
        return None, (f"{path} belongs to another user and is not read",)
    return None, ()


def setting_of(name: str) -> Setting:
    """The setting of this name. Raises UsageError with the nearest one."""
    if name in SETTINGS:
        return SETTINGS[name]
    raise UsageError(f"there is no setting '{name}'", remedy=_nearest(name, SETTINGS))


def check_tables(file: ConfigFile) -> None:
    """Raises ConfigError for what was meant for one of our tables and stands elsewhere."""
    from difflib import get_close_matches

    for name, value in file.values.items():
        if name in (DEFAULTS, PRICES):
            if not isinstance(value, dict):
                raise file.fail(f"'{name}' is a table", (name,), f"write [{name}]")
        elif not isinstance(value, dict | list):
            near = get_close_matches(name, SETTINGS, n=1)
            remedy = f"write {near[0]} under [{DEFAULTS}]" if near else f"settings stand under [{DEFAULTS}]"
            raise file.fail(f"'{name}' stands outside a table", (name,), remedy)
        elif near := get_close_matches(name, (DEFAULTS, PRICES), n=1, cutoff=0.75):
            raise file.fail(f"unknown table '{name}'", (name,), f"did you mean [{near[0]}]?")


def read_defaults(file: ConfigFile) -> dict[str, object]:
    """The settings of a file's [defaults]. Raises ConfigError."""
    found = {}
    for name, value in file.values.get(DEFAULTS, {}).items():
        if name not in SETTINGS:
            raise file.fail(f"there is no setting '{name}'", (DEFAULTS, name), _nearest(name, SETTINGS))
        try:
            found[name] = SETTINGS[name].read(value)
        except UsageError as error:
            what = f"{name}: {error.what.removeprefix(f'{name}: ')}"
            raise file.fail(what, (DEFAULTS, name), error.remedy, at_value=True) from None
    return found


def read_prices(file: ConfigFile) -> dict[tuple[Item, str], float]:
    """The prices of a file's [prices]: `item = USD` for all regions, or under `[prices.REGION]`. Raises ConfigError."""
    found: dict[tuple[Item, str], float] = {}
    for name, value in file.values.get(PRICES, {}).items():
        if not isinstance(value, dict):
            found[_item(file, (PRICES, name)), ""] = _amount(file, (PRICES, name), value)
            continue
        if not _REGION.fullmatch(name):
            raise file.fail(f"'{name}' is not the name of an AWS region", (PRICES, name), "write [prices.eu-west-1]")
        for item, usd in value.items():
            keys = (PRICES, name, item)
            found[_item(file, keys), name] = _amount(file, keys, usd)
    return found


def _item(file: ConfigFile, keys: Keys) -> Item:
    for item in ITEMS:
        if item == keys[-1]:
            return item
    raise file.fail(f"there is no price '{keys[-1]}'", keys, _nearest(keys[-1], ITEMS))


def _amount(file: ConfigFile, keys: Keys, value: object) -> float:
    try:
        return _usd(value)
    except UsageError as error:
        raise file.fail(f"{keys[-1]}: {error.what}", keys, error.remedy, at_value=True) from None


def _from_variable(setting: Setting, variable: str, environ: Mapping[str, str]) -> tuple[object, str]:
    try:
        return setting.read(environ[variable]), f"${variable}"
    except UsageError as error:
        what = error.what.removeprefix(f"{setting.name}: ")
        raise UsageError(f"${variable}: {what}", remedy=error.remedy) from None


def _nearest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name, names, n=1)
    return f"did you mean '{near[0]}'?" if near else f"there are {', '.join(names)}"
