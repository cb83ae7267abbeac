"""A log that grows is imported step by step: the store holds what one import of all of it would, and nothing twice."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.core.errors import SourceError
from insightctl.core.job import QueryJob
from insightctl.local import LocalBackend, LogSource
from insightctl.local.logs import Logs
from insightctl.local.stores import importing, layout
from insightctl.local.stores.importing import Report, import_logs
from insightctl.local.stores.layout import Store
from tests.effort import examples

ALL = "fields @timestamp, @log, @logStream, @message | sort @timestamp asc | limit 10000"
AT = 1_700_000_000  # s; long ago, so that no file's own time lies before it
S = "2026/11/23/[42]fbd13160e9794b9da58305d2765ed9c6"


def rows(path: Path, group: str | None = None) -> list[tuple[object, ...]]:
    found = LocalBackend([LogSource(path, group)]).run(QueryJob(ALL)).rows
    return sorted(found, key=repr)


def of_store(path: Path) -> list[tuple[object, ...]]:
    return rows(path) if Store(path).contents.parts else []


def bring(store: Path, *files: Path, group: str | None = None) -> Report:
    return import_logs(Store.create(store), [LogSource(file, group) for file in files])


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def iso(number: int, zone: str = "") -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(AT + number, UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone


TEXT = st.text(st.sampled_from("ab{}é€\t\"' \x1b[0m😀"), max_size=12)
LINES = st.lists(
    st.one_of(
        TEXT.map(lambda t: ("event", t)),
        TEXT.map(lambda t: ("more", t)),
        TEXT.map(lambda t: ("bare", t)),
        st.just(("empty", "")),
    ),
    min_size=1,
    max_size=9,
)
SHAPES = {
    "detailed": lambda n, t: f"{iso(n, '.123456+00:00')} {S} {t}",
    "short": lambda n, t: f"{iso(n)} {t}",
    "export": lambda n, t: f"{iso(n, '.123Z')} {t}",
    "bare": lambda n, t: f"[INFO]\t{iso(n, '.123Z')}\tx\t{t}",
    "json": lambda n, t: json.dumps({"timestamp": iso(n, ".123Z"), "message": t}),
    "awslogs": lambda n, t: f"/aws/lambda/{'ab'[n % 2]} {S} {iso(n, '.123Z')} {t}",
    "one group": lambda n, t: f"/aws/lambda/other {S} {iso(n, '.123Z')} {t}",
    "events": lambda n, t: json.dumps({"timestamp": (AT + n) * 1000, "message": t, "logStreamName": S}),
    "docker": lambda n, t: json.dumps({"log": f"{t}\n", "stream": "stderr", "time": iso(n, ".123000000Z")}),
}


def written(shape: str, lines: Sequence[tuple[str, str]], ends: Sequence[str], last: bool) -> bytes:
    out = []
    for number, (kind, text) in enumerate(lines):
        line = {"event": SHAPES[shape](number, text), "more": f"  {text}", "bare": text, "empty": ""}[kind]
        out.append(line + ends[number % len(ends)])
    whole = "".join(out)
    return (whole if last else whole.rstrip("\r\n")).encode()


def grow_in_steps(content: bytes, cuts: Sequence[int]) -> None:
    with folder() as root, pytest.MonkeyPatch.context() as patched:
        patched.setattr(layout, "_sync", lambda _: None)
        file, store = root / "app.log", root / "store"
        for end in [*sorted(cuts), len(content)]:
            file.write_bytes(content[:end])
            os.utime(file, (AT + 10**6, AT + 10**6 + end))
            with suppress(SourceError):  # cut in the middle of a character, a few bytes look like no text
                bring(store, file)
        once = root / "once"
        try:
            raw = rows(file)
            bring(once, file)
        except SourceError:
            return
        assert of_store(once) == raw
        assert of_store(store) == raw
        before = Store(store).contents
        report = bring(store, file)
        assert (report.events, Store(store).contents) == (0, before)


CASES = {
    "a cut time": ("bare", [("bare", "  a"), ("event", "b"), ("event", "c")], ["\n"], [38, 60]),
    "line by line": ("bare", [("bare", "x"), ("event", "b"), ("more", "c"), ("empty", "")], ["\n"], [2, 36, 40]),
    "two line ends": (
        "short",
        [("event", "a"), ("more", "b"), ("event", "c"), ("more", "d")],
        ["\n", "\r\n"],
        [26, 50],
    ),
    "between CR and LF": ("export", [("event", "a"), ("event", "b")], ["\r\n"], [27, 28]),
    "groups appear": ("awslogs", [("event", "a"), ("event", "b"), ("event", "c")], ["\n"], [9, 70, 160]),
    "in a character": ("detailed", [("event", "\u20ac"), ("event", "\U0001f600")], ["\n"], [84, 167]),
    "cut JSON": ("events", [("event", "a"), ("event", "b")], ["\n"], [30, 130]),
}


@pytest.mark.parametrize("case", CASES)
def test_growing(case: str) -> None:
    shape, lines, ends, cuts = CASES[case]
    grow_in_steps(written(shape, lines, ends, last=True), cuts)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=examples(8, 25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lines=LINES,
    ends=st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"], ["\r\n", "\n", "\n"]]),
    last=st.booleans(),
    cuts=st.lists(st.integers(0, 400), min_size=1, max_size=4),
)
def test_growing_anywhere(
    shape: str, lines: list[tuple[str, str]], ends: list[str], last: bool, cuts: list[int]
) -> None:
    content = written(shape, lines, ends, last)
    grow_in_steps(content, [cut % (len(content) + 1) for cut in cuts])


LONG = "".join(f"{iso(n, '.123Z')} event {n}\n" + "  goes on\n" * (n % 3) for n in range(120)).encode()
UNTIMED = b"".join(b"plain line %d\n" % n for n in range(60))


@pytest.mark.parametrize("content", [LONG, LONG.replace(b"\n", b"\r\n"), UNTIMED, UNTIMED * 3 + LONG, LONG + UNTIMED])
def test_big_files_come_in_slices(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1500)
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.write_bytes(content)
    report = bring(store, file)
    assert (report.added, report.grown, report.bytes_read) == (1, 0, len(content))
    assert rows(store) == rows(file)
    assert bring(store, file).known == 1
    file.write_bytes(content + LONG)
    assert bring(store, file).grown == 1
    assert rows(store) == rows(file)


def test_a_killed_import_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1000)
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.write_bytes(LONG)
    done: list[int] = []

    def stop(_: str, size: int) -> None:
        done.append(size)
        if len(done) == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        import_logs(Store.create(store), [LogSource(file)], progress=stop)
    report = bring(store, file)
    assert report.bytes_read == len(LONG) - sum(done)
    assert rows(store) == rows(file)


def test_an_appended_event_rewrites_nothing(tmp_path: Path) -> None:
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.write_bytes(LONG)
    bring(store, file)
    (first,) = Store(store).contents.parts
    with file.open("a") as log:
        log.write(f"{iso(500, '.000Z')} new\n")
    report = bring(store, file)
    assert (report.grown, report.events) == (1, 1)
    assert Store(store).contents.parts[0] == first
    assert rows(store) == rows(file)


def test_gzip_with_appended_members(tmp_path: Path) -> None:
    file, store = tmp_path / "app.log.gz", tmp_path / "store"
    for part in (LONG[:700], LONG[700:2000], LONG[2000:]):
        with file.open("ab") as log:
            log.write(gzip.compress(part))
        bring(store, file)
        assert rows(store) == rows(file)


def test_rotation(tmp_path: Path) -> None:
    file, old, store = tmp_path / "app.log", tmp_path / "app.log.1", tmp_path / "store"
    file.write_bytes(LONG[:2000])
    bring(store, file)
    file.rename(old)
    old.write_bytes(LONG)
    file.write_bytes(f"{iso(900, '.000Z')} after\n".encode())
    report = bring(store, file, old)
    assert (report.added, report.grown) == (1, 1)
    assert {row[1] for row in rows(store)} == {"000000000000:/aws/lambda/app"}
    assert len(rows(store)) == len(rows(file)) + len(rows(old))
    assert bring(store, tmp_path / "app.log", old).known == 2


def test_the_same_content(tmp_path: Path) -> None:
    file, copy, store = tmp_path / "app.log", tmp_path / "copy.log", tmp_path / "store"
    file.write_bytes(LONG)
    copy.write_bytes(LONG)
    report = bring(store, file, copy)
    assert (report.added, report.known) == (1, 1)
    assert "holds what was imported as /aws/lambda/app already" in report.notes[0]
    os.utime(file, (1, 1))
    assert bring(store, file, copy, tmp_path / "app.log").known == 3
    report = bring(store, copy, group="/aws/lambda/other")
    assert report.added == 1, "a group that the user names counts"
    assert len(rows(store)) == 2 * len(rows(file))


def test_a_name_given_later_moves_the_events(tmp_path: Path) -> None:
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.write_bytes(LONG)
    bring(store, file)
    bring(store, file, group="/aws/lambda/checkout")
    assert rows(store) == rows(file, "/aws/lambda/checkout")
    assert bring(store, file).known == 1


def test_two_files_of_a_group_grow_at_once(tmp_path: Path) -> None:
    files = [tmp_path / "a.log", tmp_path / "b.log", tmp_path / "c.log"]
    texts = [LONG, LONG.replace(b"event", b"other"), LONG.replace(b"event", b"third")]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text[:1900])
    store = tmp_path / "store"
    bring(store, *files[:2], group="g")
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text)
    report = bring(store, *files, group="g")
    assert (report.grown, report.added) == (2, 1)
    assert rows(store) == sorted((row for file in files for row in rows(file, "g")), key=repr)


def test_a_copy_that_went_on_in_the_same_import(tmp_path: Path) -> None:
    early, late = tmp_path / "early.log", tmp_path / "late.log"
    early.write_bytes(LONG[:2000])
    late.write_bytes(LONG)
    bring(tmp_path / "store", early, late, group="g")
    assert rows(tmp_path / "store") == rows(late, "g")


def test_files_with_the_same_beginning_are_not_one(tmp_path: Path) -> None:
    first, second, store = tmp_path / "first.log", tmp_path / "second.log", tmp_path / "store"
    first.write_bytes(LONG[:600])
    second.write_bytes(LONG[:600] + f"{iso(900, '.000Z')} else\n".encode())
    bring(store, first)
    bring(store, second)
    assert rows(store) == sorted([*rows(first), *rows(second)], key=repr)


def test_aws_logs_tail_with_the_prefix_on_a_line_of_its_own(tmp_path: Path) -> None:
    file, store = tmp_path / "app.log", tmp_path / "store"
    text = "".join(f'{iso(n, ".000000+00:00")} {S} \n{{\n    "n": {n}\n}}\n' for n in range(4))
    for end in (len(text) - 12, len(text) - 2, len(text)):
        file.write_text(text[:end])
        bring(store, file)
        assert rows(store) == rows(file)


def test_empty_files(tmp_path: Path) -> None:
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.touch()
    report = bring(store, file)
    assert (report.added, report.notes) == (0, [f"{file} is empty"])
    file.write_bytes(b"  only goes on\n  and on\n")
    os.utime(file, (AT, AT))
    bring(store, file)
    assert rows(store) == rows(file)


def test_events_without_a_time_are_told(tmp_path: Path) -> None:
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.write_text("of yesterday\n" + "".join(SHAPES["detailed"](n, "a") + "\n  more\n" for n in range(9)))
    report = bring(store, file)
    assert report.notes == [f"{file}: 1 event has no time that can be read: left out"]
    assert rows(store) == rows(file)


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, store = tmp_path / "app.log", tmp_path / "store"
    file.write_bytes(LONG[:2000])

    def slow(*given: object) -> object:
        file.write_bytes(LONG)
        return Logs(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("insightctl.local.stores.importing.Logs", slow)
    bring(store, file)
    monkeypatch.undo()
    file.write_bytes(LONG)
    assert bring(store, file).grown == 1
    assert rows(store) == rows(file)


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        (
            '  a\n\n{"timestamp": "2023-11-14T22:13:22.123Z", "message": "a long enough message of an event"}\n\n',
            [54, 56],
        ),
        (
            "\r\n[INFO]\t2023-11-14T22:13:21.123Z\tx\tb\r\nmore of it}\r\n  and\r\n[INFO]\t2023-11-14T22:13:25.123Z\tx\tc",
            [100],
        ),
    ],
)
def test_lines_without_a_time_at_the_start_of_a_big_file(
    text: str, cuts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 90)
    grow_in_steps(text.encode(), cuts)
