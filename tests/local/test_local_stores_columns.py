"""What a store keeps in columns of its own answers as what is read out of the messages of a file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.result import Value
from insightctl.local import LocalBackend, LogSource
from insightctl.local.compiler.needles import holds_one_of, implies_one_of
from insightctl.local.stores.importing import import_logs
from insightctl.local.stores.layout import Store
from insightctl.local.stores.schema import JSON_FIELDS, NOTABLE
from tests.effort import examples

_FIELDS = (*JSON_FIELDS, "a", "a.b", "record", "record.metrics")
_SCALARS: st.SearchStrategy[object] = (
    st.none()
    | st.booleans()
    | st.sampled_from(["ERROR", "platform.report", "success", "", "12", 'a"b\n', "İ\u0001", 0, -1.5, 12, 1e30])
)
_NAMES = st.sampled_from(
    [*JSON_FIELDS, "record", "metrics", "status", "durationMs", "metrics.durationMs", "a", "b", "a.b", "@type"]
)
_DOCUMENTS = st.recursive(
    st.dictionaries(_NAMES, _SCALARS, max_size=4),
    lambda inner: st.dictionaries(_NAMES, _SCALARS | inner | st.lists(_SCALARS | inner, max_size=2), max_size=4),
    max_leaves=12,
)


@st.composite
def _messages(draw: st.DrawFn) -> str:
    document = json.dumps(draw(_DOCUMENTS), ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        document = (
            document.replace("ERROR", "\\u0045RROR").replace('"type"', '"\\u0074ype"').replace("record", "r\\u0065cord")
        )
    before, after = draw(st.sampled_from([("", ""), ("", ""), ("said ", ""), ("", " } end"), ("{", "")]))
    return before + document + after


def _both(messages: list[str], queries: list[str]) -> Iterator[tuple[list[dict[str, Value]], list[dict[str, Value]]]]:
    """The rows of each query over a file and over a store of it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        events = [{"timestamp": 1_795_480_000_000 + i * 1000, "message": line} for i, line in enumerate(messages)]
        (root / "f.jsonl").write_text("\n".join(json.dumps(event) for event in events), "utf-8")
        import_logs(Store.create(root / "store"), [LogSource(root / "f.jsonl", "/aws/lambda/f")])
        for text in queries:
            file, store = (
                list(LocalBackend([LogSource(root / name, group)]).run(QueryJob(text)).records())
                for name, group in (("f.jsonl", "/aws/lambda/f"), ("store", None))
            )
            yield file, store


@settings(max_examples=examples(15, 200), deadline=None)
@given(st.lists(_messages(), min_size=1, max_size=6))
def test_json_fields(messages: list[str]) -> None:
    """Alone, together (one search for all), compared, and as numbers."""
    together = ", ".join(f"{name} as f{number}" for number, name in enumerate(_FIELDS))
    alone = [f"fields @timestamp, {name} as f{number} | sort @timestamp" for number, name in enumerate(_FIELDS)]
    asked = [
        f"fields @timestamp, {together} | sort @timestamp",
        "filter ispresent(@message) | stats count(*) as n, sum(record.metrics.durationMs + 0) as ms, max(a.b) as ab by type, level",
        'filter type = "platform.report" or level in ["ERROR", "12"] | fields @message, record.status | sort @timestamp',
        "fields type as kind, level | filter kind = 12 or level = 12 | stats count(*) as n by kind, level, record.status",
        *alone,
    ]
    answers = list(_both(messages, asked))
    for file, store in answers:
        assert store == file
    whole = answers[0][0]
    for number, (rows, _) in enumerate(answers[-len(alone) :]):
        assert [row.get(f"f{number}") for row in rows] == [row.get(f"f{number}") for row in whole]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('filter level in ["NaN", "Infinity"] | stats count(*) as n', {"n": 2}),
        ("filter ispresent(record.status) | fields toupper(level) as l, `record.status`", {"record.status": "nested"}),
        ("filter ispresent(a.b) | fields toupper(x) as l, `a.b`", {"a.b": 5}),
    ],
)
def test_odd_values_and_names(query: str, found: dict[str, Value]) -> None:
    messages = ['{"level": NaN}', '{"level": Infinity}', '{"level":"i","record":{"status":"nested"},"x":1,"a":{"b":5}}']
    [(file, store)] = _both(messages, [query])
    assert store == file
    assert [{name: row[name] for name in found} for row in store] == [found]


_SAID = [
    "an ERROR here",
    "Timed out after 3 s",
    '{"level":50}',
    "x\n    at f (a.js:1)",
    "all is well",
    "errand",
    "WARNİNG",
]


@pytest.mark.parametrize(
    "condition",
    [
        "@message like /ERROR|[tT]imed out/",
        "@message like /(?i)timed out/",
        '@message like "ERROR"',
        r'@message like /"level": ?50/',
        r"@message like /\n    at \S/ or @message like /err/",
        "@message like /well/ or @message like /(?i)ERROR/",
        "@message not like /ERROR/",
        "strlen(@message) > 12",
    ],
)
def test_messages(condition: str) -> None:
    """Whether a message is notable never changes an answer."""
    text = f"filter {condition} | fields @message, strlen(@message) as size | sort @timestamp"
    [(file, store)] = _both(_SAID, [text])
    assert store == file
    assert 0 < len(store) < len(_SAID)


def test_notable_is_few_and_holds_its_own_texts() -> None:
    assert all(text == text.lower() and text.isascii() for text in NOTABLE)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lines = [
            *(f"before {text.upper()} after" for text in NOTABLE),
            "START RequestId: 1",
            "END RequestId: 1",
            "ok",
            "İ",
        ]
        (root / "f.jsonl").write_text(
            "\n".join(json.dumps({"timestamp": 1_795_480_000_000, "message": m}) for m in lines)
        )
        import_logs(Store.create(root / "store"), [LogSource(root / "f.jsonl", "/aws/lambda/f")])
        sql = f"SELECT notable, message_length, message FROM read_parquet('{root}/store/events/*/*/*.parquet') ORDER BY seq"
        rows = duckdb.connect().execute(sql).fetchall()
    assert [row[0] for row in rows] == [True] * len(NOTABLE) + [False] * 4
    assert all(row[1] == len(row[2]) for row in rows)


def test_what_a_pattern_implies() -> None:
    words = ("error", "imed out", "fail\t")
    assert implies_one_of(r"^\[ERROR\] \S+|[tT]imed out", words)
    assert implies_one_of(r"(?i)e(?:x|y)?error", words)
    assert implies_one_of(r"\t(?:ERROR\t(?:a|b)|fail\t[^\n]*   at )", words)
    assert not implies_one_of("error|slow", words)
    assert not implies_one_of("(?:error)?x", words)
    assert not implies_one_of("err(?:or|and)", words)
    assert not implies_one_of(r"(?x)error", words)
    assert not holds_one_of("İmed out", words)
