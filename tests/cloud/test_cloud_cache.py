"""The result cache: what a key tells apart, exact round trips, room, damage, other users' tricks, many processes."""

from __future__ import annotations

import gzip
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.cloud.cache import SETTLED_MS, CacheKey, ResultCache, cache_folder, is_settled
from insightctl.cloud.cached import from_document, to_document
from insightctl.core.errors import InsightctlError
from insightctl.core.result import Column, Result, Statistics
from insightctl.core.time import TimeRange
from tests.effort import examples

KEY = CacheKey("fields @message", ("/b", "/a"), "123456789012", "us-east-1", None, 1000, 2000, 10_000)
AT = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)
RESULT = Result(
    (
        Column("bin(5m)", "timestamp"),
        Column("n", "number"),
        Column("x", "json", computed=False),
        Column("ok", "boolean"),
        Column("s", "string"),
    ),
    (
        (AT, 3, {"a": [1, {"t": "x"}], "m": {}}, True, "\x1b[31m\ud800é"),
        (None, 3.0, [[], {}], None, ""),
    ),
    Statistics(5, 10, 100, 0.25, 0.0001),
    ("a warning",),
    TimeRange(1000, 2000),
)
BIG = 10_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "insightctl" / "results"


@pytest.fixture
def cache(folder: Path) -> Iterator[ResultCache]:
    """A cache of 10 MB."""
    with ResultCache.open(folder, BIG) as opened:
        yield opened


def same(left: Result, right: Result) -> bool:
    """Equal in value and in type: 1, 1.0 and True differ, and NaN is NaN."""
    return repr(left) == repr(right)


def filler(size: int) -> Result:
    """A result of about so many bytes that do not compress."""
    return Result((Column("x", "string"),), ((os.urandom(size // 2).hex(),),))


def aged(folder: Path, key: CacheKey, seconds: float) -> None:
    path = folder / f"{key.digest}.json.gz"
    os.utime(path, (path.stat().st_mtime - seconds,) * 2)


def test_a_result_comes_back_as_it_was(cache: ResultCache) -> None:
    assert cache.get(KEY) is None
    assert cache.put(KEY, RESULT)
    found = cache.get(KEY)
    assert found is not None
    assert same(found, RESULT)


def test_the_order_of_log_groups_does_not_matter_and_all_else_does(cache: ResultCache) -> None:
    cache.put(KEY, RESULT)
    assert cache.get(replace(KEY, log_groups=("/a", "/b", "/a"))) is not None
    others = [
        replace(KEY, text="fields  @message"),
        replace(KEY, log_groups=("/a",)),
        replace(KEY, account="210987654321"),
        replace(KEY, region="eu-west-1"),
        replace(KEY, endpoint="http://127.0.0.1:4577"),
        replace(KEY, start_ms=1001),
        replace(KEY, end_ms=2001),
        replace(KEY, max_rows=9),
    ]
    assert [cache.get(other) for other in others] == [None] * len(others)
    assert len({other.digest for other in (KEY, *others)}) == 9


def test_another_version_of_the_program_asks_again(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put(KEY, RESULT)
    monkeypatch.setattr("insightctl.cloud.cache.__version__", "99.0")
    assert cache.get(KEY) is None


MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))  # fold means nothing in UTC
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | MOMENTS
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)


@st.composite
def results(draw: st.DrawFn) -> Result:
    columns = draw(
        st.lists(
            st.builds(
                Column,
                st.text(),
                st.sampled_from(["number", "string", "timestamp", "boolean", "json"]),
                st.booleans(),
            ),
            max_size=4,
        )
    )
    rows = draw(st.lists(st.tuples(*[values for _ in columns]), max_size=4))
    numbers = st.integers(0, 2**60)
    statistics = draw(
        st.builds(Statistics, numbers, numbers, numbers, st.floats(0, 1e6), st.none() | st.floats(0, 1e6))
    )
    warnings = tuple(draw(st.lists(st.text(), max_size=2)))
    time = draw(st.none() | st.builds(TimeRange, st.integers(), st.integers()))
    return Result(tuple(columns), tuple(rows), statistics, warnings, time)


@settings(max_examples=examples(60, 200))
@given(results())
def test_any_result_round_trips(result: Result) -> None:
    text = json.dumps(to_document(result), separators=(",", ":"))
    assert text.isascii()
    assert same(from_document(json.loads(text)), result)


def test_only_the_user_can_read_it(cache: ResultCache, folder: Path) -> None:
    os.umask(0)
    try:
        cache.put(KEY, RESULT)
    finally:
        os.umask(0o022)
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_can_read_is_closed(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    ResultCache.open(folder, BIG).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_for_a_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.symlink_to(tmp_path)
    with pytest.raises(InsightctlError, match="it is a link"):
        ResultCache.open(folder, BIG)


def test_a_folder_of_another_user_is_refused(folder: Path) -> None:
    if os.geteuid() == 0:
        folder.mkdir(parents=True)
        os.chown(folder, 65534, 65534)
    with pytest.raises(InsightctlError, match="belongs to another user"):
        ResultCache.open(folder if os.geteuid() == 0 else Path("/usr"), BIG)


def test_a_file_in_place_of_the_folder_is_said(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("")
    with pytest.raises(InsightctlError, match="not a directory"):
        ResultCache.open(folder, BIG)


def test_the_folder_stays_the_one_that_was_opened(cache: ResultCache, folder: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    folder.rename(aside)
    trap = tmp_path / "trap"
    trap.mkdir()
    folder.symlink_to(trap)
    assert cache.put(KEY, RESULT)
    assert list(trap.iterdir()) == []
    assert len(list(aside.iterdir())) == 1


def test_a_link_for_an_entry_is_not_followed(cache: ResultCache, folder: Path, tmp_path: Path) -> None:
    cache.put(KEY, RESULT)
    (path,) = folder.iterdir()
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert cache.get(KEY) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:],
        lambda raw: b"not gzip at all",
        lambda raw: gzip.compress(b"[]"),
        lambda raw: gzip.compress(b"[" * 100_000),
        lambda raw: gzip.compress(gzip.decompress(raw).replace(b'"columns"', b'"colums"')),
        lambda raw: gzip.compress(gzip.decompress(raw).replace(b'"computed"', b"").replace(b"[null,3.0", b"[3.0")),
    ],
)
def test_a_damaged_entry_is_a_miss_and_goes(cache: ResultCache, folder: Path, damage: object) -> None:
    cache.put(KEY, RESULT)
    (path,) = folder.iterdir()
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(KEY) is None
    assert list(folder.iterdir()) == []


def test_what_was_used_least_recently_goes_first(folder: Path) -> None:
    keys = [replace(KEY, start_ms=n) for n in range(4)]
    with ResultCache.open(folder, 38_000) as cache:
        for number, key in enumerate(keys[:3]):
            assert cache.put(key, filler(10_000 * 2))
            aged(folder, key, 100 - number)
        assert cache.get(keys[0]) is not None, "and is now the last used"
        assert cache.put(keys[3], filler(10_000 * 2))
        assert [cache.get(key) is not None for key in keys] == [True, False, True, True]
        assert sum(entry.size for entry in cache.entries()) <= 38_000


def test_what_is_larger_than_the_cache_is_not_kept(folder: Path) -> None:
    with ResultCache.open(folder, 5_000) as cache:
        assert cache.put(KEY, RESULT)
        assert not cache.put(replace(KEY, start_ms=1), filler(50_000))
        assert cache.get(KEY) is not None
    with ResultCache.open(folder, 0) as nothing:
        assert not nothing.put(replace(KEY, start_ms=2), RESULT)


def test_temporary_files_of_dead_processes_go(cache: ResultCache, folder: Path) -> None:
    for name, seconds in ((".old.1.2", 7200), (".new.1.2", 10)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, ((folder / name).stat().st_mtime - seconds,) * 2)
    cache.put(KEY, RESULT)
    assert sorted(path.name for path in folder.iterdir()) == [".new.1.2", f"{KEY.digest}.json.gz"]


def test_clearing_and_listing(cache: ResultCache, folder: Path) -> None:
    cache.put(KEY, RESULT)
    (folder / "notes.txt").write_text("not ours")
    (entry,) = cache.entries()
    assert cache.key_of(entry)["text"] == "fields @message"
    assert cache.clear() == [entry]
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert cache.key_of(entry) == {}


def test_a_folder_that_vanishes_is_a_miss(cache: ResultCache, folder: Path) -> None:
    folder.rmdir()
    assert not cache.put(KEY, RESULT)
    assert cache.get(KEY) is None
    assert cache.entries() == []


def test_what_is_settled() -> None:
    now = 100 * 3_600_000
    assert is_settled(TimeRange(0, now - SETTLED_MS), now)
    assert not is_settled(TimeRange(0, now - SETTLED_MS + 1), now)
    assert not is_settled(TimeRange(0, now + 5), now)


def test_where_it_lies() -> None:
    assert cache_folder({"INSIGHTCTL_CACHE": "/x"}) == Path("/x")
    assert cache_folder({"XDG_CACHE_HOME": "/c"}) == Path("/c/insightctl/results")
    home = Path.home() / ".cache" / "insightctl" / "results"
    assert cache_folder({}) == cache_folder({"XDG_CACHE_HOME": "relative"}) == home


WORKER = """
import os, sys
from pathlib import Path
from tests.cloud.test_cloud_cache import KEY, ResultCache, filler, replace
with ResultCache.open(Path(sys.argv[1]), 60_000) as cache:
    for n in range(40):
        key = replace(KEY, start_ms=n % 7)
        found = cache.get(key)
        assert found is None or len(found.rows) == 1, found
        assert cache.put(key, filler(20_000))
    assert sum(entry.size for entry in cache.entries()) < 200_000
"""


def test_several_processes_at_once(folder: Path) -> None:
    root = Path(__file__).parents[2]
    running = [subprocess.Popen([sys.executable, "-c", WORKER, str(folder)], cwd=root) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    with ResultCache.open(folder, 60_000) as cache:
        cache.put(KEY, RESULT)
        assert sum(entry.size for entry in cache.entries()) <= 60_000
        assert all(cache.key_of(entry) for entry in cache.entries()), "every entry is whole"
