"""For all tests: nothing of the user's own settings, and no answers kept from another test."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.database import USERS, OneDatabase
from tests.effort import FULL, examples

# no deadline: a busy machine is no failure
settings.register_profile("house", max_examples=examples(15, 100), deadline=None)
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


@pytest.fixture(scope="session")
def one_database() -> Iterator[OneDatabase]:
    """Opened by the first question that a test asks."""
    database = OneDatabase()
    yield database
    database.close()


@pytest.fixture
def private_database() -> None:
    """For a test that needs the product's own way of opening a database."""


@pytest.fixture(autouse=True)
def shared_database(request: pytest.FixtureRequest, one_database: OneDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are asked of one database (tests.database says when not)."""
    if FULL or "private_database" in request.fixturenames:
        return
    for user in USERS:
        monkeypatch.setattr(import_module(f"insightctl.local.{user}"), "connect", one_database.connect)
