"""For all tests: nothing of the user's own settings, and no answers kept from another test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh cache and configuration for each test."""
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("INSIGHTCTL_CACHE", str(folder / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("INSIGHTCTL_HISTORY", str(folder / "history"))
    return folder
