"""A store that was left in the middle of a change reads, and the next import completes it; one process writes at once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from insightctl.core.errors import InsightctlError, SourceError, UsageError
from insightctl.core.job import QueryJob
from insightctl.local import LocalBackend, LogSource
from insightctl.local.stores import layout
from insightctl.local.stores.importing import import_logs
from insightctl.local.stores.layout import Store

LINES = [f"2026-11-{20 + n % 2}T10:00:{n % 60:02d}.000Z event {n}\n" for n in range(90)]

pytestmark = pytest.mark.usefixtures("private_database")


def messages(path: Path) -> list[str]:
    result = LocalBackend([LogSource(path)]).run(QueryJob("fields @message | limit 10000"))
    return sorted(str(row[0]) for row in result.rows)


def wanted(count: int) -> list[str]:
    return sorted(line[25:].rstrip() for line in LINES[:count])


def orphans(store: Path) -> set[str]:
    """Files that nobody names, and named ones that are not there."""
    named = {part.place for part in Store(store).contents.parts}
    there = {str(file.relative_to(store)) for file in store.rglob("*.parquet")}
    return named ^ there


class Killed(BaseException):
    """Stands for the end of the process."""


STEPS = ["replace", "unlink", "_sync", "mkdir", "write_text", "rmdir"]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "app.log"
    real_sync = layout._sync
    monkeypatch.setattr(layout, "_sync", real_sync if step == "_sync" else lambda _: None)
    for number in range(16):
        store = tmp_path / f"store{number}"
        log.write_text("".join(LINES[:50]).rstrip("\n"))
        import_logs(Store.create(store), [LogSource(log)])
        log.write_text("".join(LINES))
        owner = layout if step == "_sync" else Path
        real, calls = getattr(owner, step), [0]

        def dying(*given: object, real=real, calls=calls, number=number, store=store, **more: object) -> object:  # type: ignore[no-untyped-def]
            if str(store) in str(given[0]):
                calls[0] += 1
                if calls[0] > number:
                    raise Killed
            return real(*given, **more)

        with monkeypatch.context() as patched:
            patched.setattr(owner, step, dying)
            try:
                import_logs(Store.create(store), [LogSource(log)])
                done = True
            except Killed:
                done = False
        assert messages(store) in (wanted(50), wanted(90))
        import_logs(Store.create(store), [LogSource(log)])
        assert messages(store) == wanted(90)
        assert not orphans(store)
        assert not list((store / "_pending").iterdir())
        if done:
            return
    raise AssertionError("more steps than expected")


def test_killed_while_it_is_made(tmp_path: Path) -> None:
    log, store = tmp_path / "app.log", tmp_path / "store"
    log.write_text("".join(LINES))
    store.mkdir()
    (store / "store.new").write_text('{"form')
    import_logs(Store.create(store), [LogSource(log)])
    assert messages(store) == wanted(90)


PROGRAM = textwrap.dedent("""
    import sys
    from pathlib import Path
    from insightctl.local import LogSource
    from insightctl.local.stores import importing
    from insightctl.local.stores.layout import Store
    importing.BATCH = 3000
    store = Store.create(Path(sys.argv[1]))
    print("ready", flush=True)
    importing.import_logs(store, [LogSource(Path(sys.argv[2]))])
""")


@pytest.mark.slow
def test_kill_9(tmp_path: Path) -> None:
    store = tmp_path / "store"
    lines = [f"2026-11-{1 + n % 7:02d}T10:{n // 60 % 60:02d}:{n % 60:02d}.000Z event {n}\n" for n in range(1500)]
    log = tmp_path / "app.log"
    chance = random.Random(7)
    seen = 0
    for round_ in range(6):
        log.write_text("".join(lines[: (round_ + 1) * 250]))
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, store, log], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = messages(store) if Store(store).contents.parts else []
        assert len(set(found)) == len(found) >= seen
        seen = len(found)
    import_logs(Store.create(store), [LogSource(log)])
    assert messages(store) == sorted(line[25:].rstrip() for line in lines)
    assert not orphans(store)


def test_one_writes(tmp_path: Path) -> None:
    log, store = tmp_path / "app.log", tmp_path / "store"
    log.write_text("".join(LINES))
    import_logs(Store.create(store), [LogSource(log)])
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom insightctl.local.stores.layout import Store\n"
        "with Store(Path(sys.argv[1])).locked():\n    print('locked', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, store], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            expected = f"is being written by another process .pid {process.pid}"
            with pytest.raises(UsageError, match=expected):
                import_logs(Store.create(store), [LogSource(log)])
            assert messages(store) == wanted(90)
        finally:
            process.kill()
    assert import_logs(Store.create(store), [LogSource(log)]).known == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ("{}", "is damaged"),
        ('{"format": 2}', "is damaged"),
        ('{"format": 2, "next_seq": 1, "next_part": 1, "parts": [{}], "origins": [], "pulls": {}}', "is damaged"),
        ('{"format": 2, "next_seq": 1, "next_part": 1, "parts": [], "origins": [3], "pulls": {}}', "is damaged"),
        ("\xff", "is damaged"),
        ('{"format": 99}', "another version"),
    ],
)
def test_damaged_contents(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "store.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(SourceError, match=message):
        Store.create(tmp_path)
    with pytest.raises(SourceError, match=message):
        LocalBackend([LogSource(tmp_path)]).run(QueryJob("limit 1"))


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_part(damage: str, tmp_path: Path) -> None:
    log, store = tmp_path / "app.log", tmp_path / "store"
    log.write_text("".join(LINES[:50]))
    import_logs(Store.create(store), [LogSource(log)])
    for part in Store(store).contents.parts:
        file = Store(store).file(part)
        if damage == "gone":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(InsightctlError):
        messages(store)
    log.write_text("".join(LINES[:49]) + LINES[49].rstrip() + " and more\n")
    log.write_text("".join(LINES[:50]) + "  and more\n")
    with pytest.raises(InsightctlError):
        import_logs(Store.create(store), [LogSource(log)])


def test_places_that_are_no_stores(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    for place in (tmp_path, tmp_path / "photo.jpg"):
        with pytest.raises(UsageError, match="is there and is no store"):
            Store.create(place)
    with pytest.raises(InsightctlError, match="cannot be made"):
        Store.create(tmp_path / "photo.jpg" / "store")
    with pytest.raises(UsageError, match="is a store already"):
        import_logs(Store.create(tmp_path / "new"), [LogSource(stored(tmp_path))])


def stored(folder: Path) -> Path:
    log, store = folder / "app.log", folder / "store"
    log.write_text("".join(LINES))
    import_logs(Store.create(store), [LogSource(log)])
    return store


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_store_that_may_not_be_written(tmp_path: Path) -> None:
    store = stored(tmp_path)
    (store / "lock").chmod(0o400)
    with pytest.raises(InsightctlError, match="cannot be written"):
        import_logs(Store.create(store), [LogSource(tmp_path / "app.log")])


def test_contents_are_plain_json(tmp_path: Path) -> None:
    document = json.loads((stored(tmp_path) / "store.json").read_text())
    assert sum(part["events"] for part in document["parts"]) == len(LINES)
