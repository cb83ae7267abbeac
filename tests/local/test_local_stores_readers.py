"""A question to a store while another process writes it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.job import QueryJob
from insightctl.local import LocalBackend, LogSource
from insightctl.local.logs import StoreChanged
from insightctl.local.run import Run
from insightctl.local.stores.importing import import_logs
from insightctl.local.stores.layout import Store

LINE = "2026-11-23T10:00:{:02d}.000000+00:00 2026/11/23/[1]aaa message {}\n"


def test_a_part_that_goes_while_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run opened the old contents; the file of its part is replaced before the statement runs."""
    log = tmp_path / "checkout.log"
    log.write_text(LINE.format(1, "one"), "utf-8")
    store = Store.create(tmp_path / "store")
    import_logs(store, [LogSource(log)])

    def slow(*args: Any, **kwargs: Any) -> Any:
        run = Run(*args, **kwargs)
        monkeypatch.setattr("insightctl.local.backend.Run", Run)
        with store.locked():
            (part,) = store.contents.parts
            renamed = replace(part, name="00000099.parquet")
            shutil.copy(store.file(part), store.pending / renamed.name)
            store.commit(replace(store.contents, parts=(renamed,)))
        assert not (tmp_path / "store" / part.place).exists()
        return run

    monkeypatch.setattr("insightctl.local.backend.Run", slow)
    result = LocalBackend([LogSource(tmp_path / "store")]).run(QueryJob("stats count(*) as n"))
    assert result.column("n") == (1,)


def test_a_part_that_is_missing_is_said(tmp_path: Path) -> None:
    """It is tried again, and then told."""
    log = tmp_path / "checkout.log"
    log.write_text(LINE.format(1, "one"), "utf-8")
    store = Store.create(tmp_path / "store")
    import_logs(store, [LogSource(log)])
    store.file(store.contents.parts[0]).unlink()
    with pytest.raises(StoreChanged, match="changed while it was read, or is damaged"):
        LocalBackend([LogSource(tmp_path / "store")]).run(QueryJob("fields @message"))
