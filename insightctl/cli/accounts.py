"""Which accounts and regions commands talk to: options, then the environment, then the settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.cli import terminal

if TYPE_CHECKING:
    from insightctl.cloud.session import Access
    from insightctl.core.config import Config


def settings() -> Config:
    """The user's settings; what is odd about them is said on stderr. Raises InsightctlError."""
    from insightctl.core.config import Config

    config = Config.load(os.environ, Path.cwd())
    for note in config.notes:
        terminal.warn(note)
    return config


def accesses(config: Config, profiles: Sequence[str] = (), regions: Sequence[str] = ()) -> tuple[Access, ...]:
    """Every profile in every region of the options, else of the settings: a profile of one's own brings its region."""
    from insightctl.cloud.targets import sites

    if not profiles and not os.environ.get("AWS_PROFILE"):
        profiles = (config.profile,) if config.profile else ()
        regions = regions or ((config.region,) if config.region else ())
    return sites(regions, profiles)


def one(value: str | None) -> tuple[str, ...]:
    """The values of an option that is given once or not at all."""
    return () if value is None else (value,)
