"""Log lines as text in, rows out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.local import LocalBackend, LogSource

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """`ask(query, text or bytes, name="app.log")`: the answer over one file."""

    def run(query: str, content: str | bytes, name: str = "app.log") -> Result:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return LocalBackend([LogSource(file)]).run(QueryJob(query))

    return run
