"""For all tests: nothing of the user's own settings, and no answers kept from another test."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.effort import examples

settings.register_profile("house", max_examples=examples(30, 100))
settings.load_profile("house")

_number = count()


@pytest.fixture(scope="session")
def own_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One numbered folder a session: pytest looks at all others for each that it makes, and there are thousands."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture(autouse=True)
def own_folders(own_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh cache and configuration for each test."""
    folder = own_root / str(next(_number))
    folder.mkdir()
    monkeypatch.setenv("INSIGHTCTL_CACHE", str(folder / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("INSIGHTCTL_HISTORY", str(folder / "history"))
    return folder
