"""The report in all its forms, with log text that wants to break out of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from insightctl.core.time import TimeRange, to_ms
from insightctl.deployments import Deployment
from insightctl.render import RenderOptions
from insightctl.render.redact import redacted
from insightctl.triage import Cause, Evidence, Finding, Report, Skipped
from insightctl.triage.document import report_json
from insightctl.triage.facts import Bin
from insightctl.triage.html import report_html
from insightctl.triage.markdown import report_markdown
from insightctl.triage.model import Tally
from insightctl.triage.proportions import Share
from insightctl.triage.report import report_text

T = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVIL = (
    "\x1b]0;owned\x07\x1b[2J</script><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)> "
    "[click](javascript:alert(1)) `x` ``` \n# heading\n| a | <!-- \u202e AKIAIOSFODNN7EXAMPLE jo@example.com "
    + "A"
    * 100_000
)
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/triage.schema.json").read_text())


def _finding(number: int, text: str = "", function: str = "checkout") -> Finding:
    return Finding(
        "failures-since-deployment",
        "critical",
        f"{function} fails {number} {text}",
        function,
        "42",
        T,
        T - timedelta(minutes=2),
        T + timedelta(minutes=3),
        Cause("deployment", "42", T),
        "high",
        (
            Evidence(
                "error", f"new: ValueError: {text}", f"insightctl query errors -f {function}", ({"message": text},)
            ),
            Evidence("since", "since 10:00", f"insightctl query error-rate -f {function}"),
        ),
        ("aws lambda update-alias --function-name checkout --name ALIAS --function-version 41",),
    )


def _report(*findings: Finding, text: str = "") -> Report:
    start = to_ms(T) - 3_600_000
    bins = [
        Bin("checkout", "42", start + n * 60_000, Share(9 if n > 60 else 0, 100), {}, p99_ms=100.0 + n)
        for n in range(120)
    ]
    return Report(
        "checkout",
        TimeRange(start, start + 7_200_000),
        findings,
        (Deployment("checkout", f"42{text}", T, "logs"),),
        Tally(5, 1, 2, 12_000, 540),
        skipped=(Skipped("errors", f"not allowed {text[:200]}", "logs:StartQuery"),),
        warnings=(text[:300],) if text else (),
        bins=tuple(bins),
    )


HOSTILE = _report(_finding(1, EVIL), text=EVIL)


def test_the_terminal_shows_one_screen() -> None:
    many = _report(*(_finding(n, EVIL) for n in range(60)))
    lines = report_text(many, RenderOptions(width=100)).split("\n")
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100 + 40, "commands are never folded"
    assert any("--details" in line for line in lines)
    assert len(report_text(many, RenderOptions(width=100), details=True).split("\n")) > 200


def test_nothing_reaches_a_terminal_raw() -> None:
    for text in (
        report_text(HOSTILE, RenderOptions(width=100), details=True),
        report_json(HOSTILE),
        report_markdown(HOSTILE),
    ):
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_markdown_is_short_and_stays_text() -> None:
    text = report_markdown(HOSTILE)
    assert "<script" not in text and "<img" not in text
    assert not any(line.startswith("# heading") for line in text.split("\n"))
    assert "AKIAIOSFODNN7EXAMPLE" not in text
    assert len(text) < 6_000
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(text)
    kinds = {t.type for t in tokens} | {child.type for t in tokens for child in t.children or ()}
    assert not kinds & {"html_block", "html_inline", "link_open", "image"}
    assert next(t.content for t in tokens if t.type == "fence").startswith("insightctl query errors")


@pytest.mark.parametrize("report", [HOSTILE, _report(), _report(_finding(1), _finding(2, function="cart"))])
def test_json_is_as_its_schema_says(report: Report) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(report_json(report)))


def test_secrets_are_left_out_of_html_unless_asked_for() -> None:
    secret = _report(_finding(1, "key AKIAIOSFODNN7EXAMPLE for jo@example.com password=hunter22"))
    page = report_html(secret)
    assert not any(word in page for word in ("AKIAIOSFODNN7EXAMPLE", "jo@example.com", "hunter22"))
    assert "AKIAIOSFODNN7EXAMPLE" in report_html(secret, redact=False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer abcdefghijk", "abcdefghijk"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJhb"),
        ("postgres://app:s3cret@db/x", "s3cret"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc", "abc"),
    ],
)
def test_redacted(text: str, kept: str) -> None:
    assert kept not in redacted(text)


def test_what_is_no_secret_stays() -> None:
    sentence = "version 42: 284 of 1,941 failed; request 8f3a-11 timed out after 3.00 seconds (user id 17)"
    assert redacted(sentence) == sentence


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


_CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 });
    return .2126 * r + .7152 * g + .0722 * b };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!c.endsWith(', 0)')) return rgb(c) } return [255, 255, 255] };
  return [...document.querySelectorAll('h1,h2,h3,p,dt,dd,pre,li,td,th,figcaption,footer,svg text')].map(e => {
    const s = getComputedStyle(e), a = light(rgb(e.closest('svg') ? s.fill : s.color)), b = light(behind(e));
    return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.tagName] }).sort((x, y) => x[0] - y[0])[0] }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(chromium: Any, scheme: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(report_html(replace(HOSTILE, findings=(_finding(1, EVIL), _finding(2, function="cart")))), "utf-8")
    page = chromium.new_page(color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.locator("script, img").count() == 0
    assert page.locator("svg").count() == 2
    assert page.locator("svg rect.onset").count() == 2
    assert page.locator("svg line.deploy").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    contrast, tag = page.evaluate(_CONTRAST)
    assert contrast >= 4.5, tag
    page.close()
