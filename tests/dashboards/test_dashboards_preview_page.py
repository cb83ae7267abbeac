"""The page in a real browser: everything drawn, nothing asked for, nothing overlapping, all of it readable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from insightctl.core.job import QueryJob
from insightctl.core.time import TimeRange
from insightctl.dashboards import Scope, build, find, library_queries, names
from insightctl.dashboards.preview import Board, Sources, fill
from insightctl.dashboards.preview.page import PageTheme, page
from insightctl.demo import Scenario, generate
from insightctl.local import LocalBackend, LogSource
from insightctl.metrics import LogMetrics, resolve_all

END_MS = 1_795_478_400_000
HOSTILE = '</script></svg><script>window.bad=1</script><img src=x onerror="window.bad=1">\x1b[31m\u202eX'

# every text that is seen, with the contrast to what lies behind it
CONTRASTS = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("script, [hidden]") || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const inside = element.namespaceURI.endsWith("svg");
    const ink = parse(inside ? style.fill : style.color);
    const [a, b] = [luminance(ink), luminance(ground(element))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), element.textContent.trim().slice(0, 40)]);
  }
  return found;
}"""
BOXES = """() => [...document.querySelectorAll('.widget')].map((each) => {
  const box = each.getBoundingClientRect();
  return { id: each.id, panel: each.dataset.panel, x: box.x, y: box.y, w: box.width, h: box.height,
    spills: [...each.querySelectorAll('.body, figure, svg, h2, .legend, table')].filter((part) => {
      const inner = part.getBoundingClientRect();
      if (part.closest('.scroll') && part.tagName === 'TABLE') return false;
      return inner.right > box.right + 1 || inner.bottom > box.bottom + 1 || inner.x < box.x - 1 || inner.y < box.y - 1;
    }).map((part) => part.tagName),
    marks: each.querySelectorAll('.plot [data-s]').length, keys: each.querySelectorAll('.legend li').length,
    rows: each.querySelectorAll('tbody tr').length, text: each.textContent.trim().length };
})"""


@dataclass
class Opened:
    """A page, what it asked for and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Demo:
    """A backend over the demo's logs, and its metrics."""

    backend: LocalBackend
    time: TimeRange
    sources: Sources


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("preview")
    generate(Scenario(end_ms=END_MS, invocations=1_500), folder)
    backend = LocalBackend([LogSource(folder / "logs")])
    metrics = LogMetrics(backend)
    time = backend.span(QueryJob(""))
    assert time is not None
    return Demo(backend, time, Sources(backend, lambda graphs, when: resolve_all(graphs, when, metrics)))


def opened(browser: Browser, board: Board, folder: Path, theme: PageTheme = "light") -> Opened:
    file = folder / "board.html"
    file.write_text(page(board, theme), encoding="utf-8")
    found = Opened(browser.new_page(viewport={"width": 1472, "height": 1000}))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.goto(file.as_uri())
    return found


def check_drawn(found: Opened, board: Board) -> None:
    """Every widget is there, apart from the others, within its box, and holds something."""
    boxes = found.page.evaluate(BOXES)
    assert len(boxes) == len(board.drawn)
    for box in boxes:
        assert not box["spills"], box
        assert box["w"] > 40 and box["h"] > 30, box
        if box["panel"] == "chart":
            assert box["marks"] >= max(box["keys"], 1), box
        elif box["panel"] == "table":
            assert box["rows"] >= 1, box
        else:
            assert box["text"], box
    for index, a in enumerate(boxes):
        for b in boxes[index + 1 :]:
            apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
            assert apart or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"], (a, b)


def check_readable(found: Opened) -> None:
    poor = [each for each in found.page.evaluate(CONTRASTS) if each[0] < 4.5]
    assert not poor


_FAST = "lambda-service"


@pytest.mark.parametrize(
    "name", [name if name == _FAST else pytest.param(name, marks=pytest.mark.slow) for name in names()]
)
def test_each_shipped_dashboard_is_drawn_whole_in_both_themes(
    name: str, demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    scope = Scope(("checkout", "payments"), "us-east-1", (), "123456789012")
    body = build(find(name), scope, library_queries).body
    board = fill(body, name, "local logs", demo.time, demo.sources)
    found = opened(browser, board, tmp_path)
    check_drawn(found, board)
    check_readable(found)
    found.page.click("#theme")
    assert found.page.evaluate("document.documentElement.dataset.theme") == "dark"
    check_readable(found)
    assert found.complaints == []
    assert len(found.requests) == 1
    found.page.close()


def metric(view: str, x: int, y: int, **more: object) -> dict[str, object]:
    metrics = [["AWS/Lambda", "Invocations", "FunctionName", "checkout"], ["...", "cart"]]
    properties = {"view": view, "title": f"a {view}", "region": "us-east-1", "period": 1800, "stat": "Sum"}
    place = {"x": x, "y": y, "width": 8, "height": 6}
    return {"type": "metric", **place, "properties": {**properties, "metrics": metrics, **more}}


def log(query: str, x: int, y: int, **more: object) -> dict[str, object]:
    properties = {"title": "logs", "region": "us-east-1", "query": query, **more}
    return {"type": "log", "x": x, "y": y, "width": 8, "height": 6, "properties": properties}


def all_kinds() -> dict[str, object]:
    notes = {
        "horizontal": [{"value": 20, "label": "many", "fill": "above"}, [{"value": 2}, {"value": 5, "label": "usual"}]],
        "vertical": [{"value": "2026-11-23T12:00:00Z", "label": "v7"}],
    }
    source = "SOURCE '/aws/lambda/checkout'\n| "
    return {
        "widgets": [
            metric("timeSeries", 0, 0, annotations=notes),
            metric("timeSeries", 8, 0, stacked=True, annotations=notes),
            metric("singleValue", 16, 0),
            metric("gauge", 0, 6, yAxis={"left": {"min": 0, "max": 100}}),
            metric("bar", 8, 6),
            metric("pie", 16, 6),
            metric("table", 0, 12),
            log(source + "stats count(*) as n by bin(1h)", 8, 12, view="timeSeries", stacked=True),
            log(source + "stats count(*) as n by @type", 16, 12, view="bar"),
            log(source + "stats count(*) as n by @type", 0, 18, view="pie"),
            log(source + "fields @timestamp, @message | limit 20", 8, 18, view="table"),
            log(source + "stats percentile(@duration) by bin(5m)", 16, 18),
            {"type": "alarm", "x": 0, "y": 24, "width": 8, "height": 3, "properties": {"alarms": ["a:alarm:slow"]}},
            {"type": "custom", "x": 8, "y": 24, "width": 8, "height": 3, "properties": {"endpoint": "arn:aws:lambda"}},
            {"type": "explorer", "x": 16, "y": 24, "width": 8, "height": 3, "properties": {}},
            {"type": "text", "x": 0, "y": 27, "width": 24, "height": 3, "properties": {"markdown": "# Hello"}},
        ]
    }


@pytest.fixture(scope="module")
def board(demo: Demo) -> Board:
    """One widget of each kind and view."""
    return fill(all_kinds(), "all kinds", "local logs", demo.time, demo.sources)


def test_every_kind_of_widget_is_drawn_and_a_wrong_query_says_so_in_its_box(
    board: Board, browser: Browser, tmp_path: Path
) -> None:
    found = opened(browser, board, tmp_path, "dark")
    check_drawn(found, board)
    check_readable(found)
    panels = found.page.eval_on_selector_all(".widget", "all => all.map((each) => each.dataset.panel)")
    assert panels == [
        *("chart", "chart", "numbers", "chart", "chart", "chart", "table"),
        *("chart", "chart", "chart", "table", "problem", "alarms", "placeholder", "placeholder", "markdown"),
    ]
    assert "unknown function 'percentile'" in found.page.inner_text("#w12")
    assert "did you mean 'pct(field, 99)'?" in found.page.inner_text("#w12")
    texts = found.page.eval_on_selector_all("#w1 svg text", "all => all.map((each) => each.textContent)")
    assert {"v7", "many", "usual"} <= set(texts)
    assert found.page.locator("#w1 svg .role-mark[class*=band]").count() == 2
    assert found.complaints == [] and len(found.requests) == 1


def test_a_tooltip_tells_the_values_at_a_moment_and_a_key_hides_its_line(
    board: Board, browser: Browser, tmp_path: Path
) -> None:
    found = opened(browser, board, tmp_path)
    found.page.hover("#w1 .plot", position={"x": 230, "y": 100})
    tip = found.page.inner_text("#tip")
    assert "UTC" in tip and "checkout" in tip and "cart" in tip
    assert found.page.locator(".cross").count() >= 3, "all graphs of the same time show the moment"
    found.page.click("#w1 .legend li:nth-child(1)")
    assert not found.page.locator("#w1 [data-s='0']").first.is_visible()
    found.page.hover("#w1 .plot", position={"x": 230, "y": 100})
    assert "checkout" not in found.page.inner_text("#tip")
    found.page.hover("#w5 [data-s='0']")
    assert "checkout" in found.page.inner_text("#tip")


def test_hostile_text_from_logs_labels_and_markdown_stays_text(browser: Browser, tmp_path: Path) -> None:
    line = json.dumps({"timestamp": "2026-11-23T12:00:00.000Z", "level": "ERROR", "message": HOSTILE})
    lines = [f"2026-11-23T12:0{minute}:00.000Z {line}\n" for minute in range(5)]
    (tmp_path / "hostile.log").write_text("".join(lines), encoding="utf-8")
    backend = LocalBackend([LogSource(tmp_path / "hostile.log", "/aws/lambda/x")])
    source = "SOURCE '/aws/lambda/x' | "
    label = {"label": HOSTILE, "value": "2026-11-23T12:01:00Z"}
    body: dict[str, object] = {
        "widgets": [
            log(source + "fields @message", 0, 0, view="table", title=HOSTILE),
            log(source + "stats count(*) as n by message", 8, 0, view="bar"),
            log(source + "stats count(*) as n by bin(1m), message", 16, 0, view="timeSeries"),
            log(source + "stats count(*) as n by message", 0, 6, view="pie"),
            {
                "type": "text",
                "x": 8,
                "y": 6,
                "properties": {"markdown": f"{HOSTILE} [x](javascript:alert(1)) ![i](http://e/i.png)"},
            },
            metric("timeSeries", 16, 6, title=HOSTILE, annotations={"vertical": [label]}),
        ],
        "variables": [{"id": HOSTILE, "defaultValue": HOSTILE}],
    }
    metrics = LogMetrics(backend)
    time = TimeRange(1_795_435_200_000, 1_795_435_200_000 + 600_000)
    sources = Sources(backend, lambda graphs, when: resolve_all(graphs, when, metrics))
    board = fill(body, HOSTILE, HOSTILE, time, sources)
    found = opened(browser, board, tmp_path)
    assert found.page.evaluate("window.bad") is None
    assert found.page.locator("script").count() == 2
    assert found.page.locator("a[href^=javascript], .body img").count() == 0
    assert "<script>" in found.page.inner_text("#w1 table")
    assert "\x1b" not in found.page.content() and "\u202e" not in found.page.content()
    check_drawn(found, board)
    assert found.complaints == [] and len(found.requests) == 1
