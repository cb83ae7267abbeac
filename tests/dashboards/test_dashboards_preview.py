"""What a preview reads from a body, how it says numbers, and the pictures and files that it writes."""

from __future__ import annotations

import http.client
import json
import threading
import time
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path

import pytest

from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, to_ms
from insightctl.dashboards.preview import Sources, fill, ink, reading, time_of
from insightctl.dashboards.preview.amounts import amount
from insightctl.dashboards.preview.annotations import marks, thresholds
from insightctl.dashboards.preview.markdown import to_html
from insightctl.dashboards.preview.model import Alarms, Mark, Problem, Threshold
from insightctl.dashboards.preview.picture import picture
from insightctl.dashboards.preview.serve import PreviewServer
from tests.cli.conftest import Cli, World, cli, world

__all__ = ["cli", "world"]

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "dashboards"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIME = TimeRange(to_ms(NOW) - 3_600_000, to_ms(NOW))


class Denied:
    """A backend that may not."""

    def run(self, job: QueryJob) -> Result:
        raise CloudError("not allowed to start queries", remedy="logs:StartQuery")

    def source(self) -> dict[str, object]:
        return {"kind": "cloudwatch"}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, None, "0"),
        (1234.5, "Milliseconds", "1,234 ms"),
        (0.02511, "Percent", "0.02511 %"),
        (12_345_678, "Bytes", "12.35M B"),
        (7, "Count", "7"),
        (float("nan"), None, "–"),
    ],
)
def test_amounts_have_four_digits_and_their_unit(value: float, unit: str | None, text: str) -> None:
    assert amount(value, unit) == text


def test_a_body_says_its_time_and_three_hours_is_the_default() -> None:
    assert time_of({}, NOW).duration_ms == 3 * 3_600_000
    assert time_of({"start": "-PT30M"}, NOW).duration_ms == 30 * 60_000
    assert time_of({"start": "-P1DT2H"}, NOW).duration_ms == 26 * 3_600_000
    between = time_of({"start": "2026-11-20T00:00:00Z", "end": "2026-11-21T00:00:00Z"}, NOW)
    assert between.duration_ms == 86_400_000
    assert time_of({"start": "nonsense"}, NOW).duration_ms == 3 * 3_600_000


def test_annotations_of_all_forms() -> None:
    properties = {
        "annotations": {
            "horizontal": [
                {"value": 5, "label": "slow", "color": "#f00", "fill": "above", "yAxis": "right"},
                [{"value": 9, "label": "to"}, {"value": 3}],
                {"value": 7, "visible": False},
                {"label": "no value"},
            ],
            "vertical": [{"value": "2026-11-23T12:00:00Z", "label": "v7"}, {"value": "never"}],
        }
    }
    assert thresholds(properties) == (
        Threshold(5, "slow", "#ff0000", "above", "right"),
        Threshold(3, "to", "threshold", "between", "left", 9),
    )
    assert marks(properties) == (Mark(to_ms(NOW), "v7"),)


def test_widgets_without_a_place_follow_each_other_and_those_on_others_move_down() -> None:
    flowing = reading.widgets({"widgets": [{"type": "text"} for _ in range(5)]})
    assert [(each.box.x, each.box.y) for each in flowing] == [(0, 0), (6, 0), (12, 0), (18, 0), (0, 6)]
    piled = reading.widgets({"widgets": [{"type": "text", "x": 0, "y": 0} for _ in range(3)]})
    settled, moved = reading.without_overlaps(piled)
    assert [each.box.y for each in settled] == [0, 6, 12] and moved == 2


def test_markdown_has_no_html_no_pictures_and_links_to_the_web_only() -> None:
    html = to_html("<b>x</b> [a](https://x.y) [b](javascript:1) [c](data:text/html,1) ![i](https://x/i.png) [d](#top)")
    assert "<b>" not in html and "<img" not in html
    assert html.count("<a ") == 2 + 1  # the picture stays a link
    assert "style=" not in to_html("| a |\n|--:|\n| 1 |")


def test_colours_of_a_body_can_be_seen_on_dark_ground_and_nonsense_is_no_colour() -> None:
    assert ink.known("#1B5", "c0") == "#11bb55"
    assert ink.known('"/><script>', "c0") == "c0"
    dark = ink.seen("#2a0a4a", "dark")
    assert ink.contrast([int(dark[at : at + 2], 16) for at in (1, 3, 5)], ink.THEMES["dark"]["surface"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_inks_keep_their_contrast(theme: ink.Theme) -> None:
    inks = ink.THEMES[theme]
    for name, least in [
        ("ink", 4.5),
        ("muted", 4.5),
        ("link", 4.5),
        ("bad", 4.5),
        *((f"c{n}", 2.9) for n in range(10)),
    ]:
        colour = inks[name]
        for ground in ("surface", "stripe") if least > 4 else ("surface",):
            found = ink.contrast([int(colour[at : at + 2], 16) for at in (1, 3, 5)], inks[ground])
            assert found >= least, (name, found)


def test_what_fails_is_said_in_the_box_of_its_widget() -> None:
    query = {"type": "log", "properties": {"query": "SOURCE 'x' | fields @message"}}
    text = {"type": "text", "properties": {"markdown": "hello"}}
    board = fill({"widgets": [query, text]}, "t", "s", TIME, Sources(Denied()))
    assert board.drawn[0].panel == Problem("not allowed to start queries", "logs:StartQuery")
    assert not isinstance(board.drawn[1].panel, Problem)


def test_states_of_alarms_are_asked_for_and_filtered() -> None:
    widget = {"type": "alarm", "properties": {"alarms": ["arn:aws:cloudwatch:r:1:alarm:a", "b"], "states": ["ALARM"]}}
    states = {"arn:aws:cloudwatch:r:1:alarm:a": "ALARM", "b": "OK"}
    board = fill({"widgets": [widget]}, "t", "s", TIME, Sources(Denied(), states=lambda _: states))
    panel = board.drawn[0].panel
    assert isinstance(panel, Alarms)
    assert [(each.name, each.state) for each in panel.states] == [("a", "ALARM")]


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not part of the repository")
def test_every_public_dashboard_becomes_a_page_and_a_picture() -> None:
    from insightctl.dashboards.preview.page import page

    for file in sorted(CORPUS.glob("*.json")):
        body = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(body, dict):
            board = fill(body, file.stem, "nowhere", TIME, Sources(Denied(), lambda graphs, _: [() for _ in graphs]))
            assert page(board).count('class="widget') == len(board.drawn), file
            ElementTree.fromstring(picture(board, "light"))


BODY = {
    "widgets": [
        {"type": "text", "width": 24, "height": 2, "properties": {"markdown": "# Checkout"}},
        {
            "type": "metric",
            "properties": {
                "title": "Invocations",
                "region": "us-east-1",
                "stat": "Sum",
                "period": 3600,
                "metrics": [["AWS/Lambda", "Invocations", "FunctionName", "checkout"]],
            },
        },
    ]
}


def test_a_command_writes_pages_and_pictures(cli: Cli, world: World, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps(BODY))
    given = ("dashboard", "preview", str(body), "--local", str(world.logs))
    done = cli(*given, "--out", str(tmp_path / "b.html"))
    assert (done.code, done.out) == (0, f"wrote {tmp_path / 'b.html'}\n"), done.err
    html = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in html and "http://" not in html.replace("http://www.w3.org/", "")
    assert cli(*given, "-o", "png", "--widget", "invocations", "--out", str(tmp_path / "b.png")).code == 0
    assert (tmp_path / "b.png").read_bytes().startswith(b"\x89PNG")
    assert cli(*given, "-o", "svg", "--theme", "dark", "--out", str(tmp_path / "b.svg")).code == 0
    drawing = ElementTree.parse(tmp_path / "b.svg").getroot()
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}path"))) > 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "pdf"), "has no format 'pdf'"),
        (("--theme", "blue"), "no theme 'blue'"),
        (("--images",), "--images asks CloudWatch"),
        (("--serve", "-o", "png"), "--serve shows a page"),
        (("--widget", "nope"), "no one widget 'nope'"),
    ],
)
def test_a_wrong_option_is_said_and_nothing_written(
    words: tuple[str, ...], said: str, cli: Cli, world: World, tmp_path: Path
) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"widgets": [{"type": "text", "properties": {"markdown": "x"}}]}')
    done = cli("dashboard", "preview", str(body), "--local", str(world.logs), "--out", str(tmp_path / "x"), *words)
    assert done.code == 2 and said in done.err
    assert not (tmp_path / "x").exists()


def test_the_server_shows_the_page_to_this_machine_only_and_tells_of_changes(tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text("one")
    warned: list[str] = []
    stop = threading.Event()

    def write() -> str:
        if file.read_text() == "bad":
            raise UsageError("not JSON")
        return f"<p>{file.read_text()}</p>"

    with PreviewServer(write, [file]) as server:
        port = int(server.url.rsplit(":", 1)[1].strip("/"))
        watching = threading.Thread(target=server.watch, args=(warned.append, stop))
        watching.start()
        try:

            def get(path: str, host: str = "127.0.0.1") -> tuple[int, str]:
                asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                asked.request("GET", path, headers={"Host": f"{host}:{port}"})
                answer = asked.getresponse()
                said = answer.status, answer.read().decode()
                asked.close()
                return said

            assert get("/") == (200, "<p>one</p>")
            assert get("/", host="evil.example")[0] == 403
            assert get("/etc/passwd")[0] == 404
            events = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            events.request("GET", "/changes", headers={"Host": "127.0.0.1"})
            stream = events.getresponse()
            assert stream.readline() == b": here\n" and stream.readline() == b"\n"
            for _ in range(40):  # the watcher starts in its own time: save until it sees one
                file.write_text("two")
                if get("/") == (200, "<p>two</p>"):
                    break
                time.sleep(0.1)
            assert stream.readline() == b"data: drawn\n"
            events.close()
            stream.close()
            file.write_text("bad")
            server.draw_again(warned.append)
            assert warned[0] == "not JSON"
            assert get("/") == (200, "<p>two</p>")
        finally:
            stop.set()
            watching.join(10)


@pytest.mark.slow
def test_on_cloudwatch_metrics_and_pictures_come_from_the_service(
    cli: Cli, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from insightctl.emulator.server import Emulator
    from insightctl.local import LogSource

    alarms = {"type": "alarm", "properties": {"title": "Alarms", "alarms": ["arn:aws:cloudwatch:r:1:alarm:gone"]}}
    log = {"type": "log", "properties": {"query": "SOURCE '/aws/lambda/checkout' | stats count(*) as n by @type"}}
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"widgets": [*BODY["widgets"], alarms, log]}))
    given = ("dashboard", "preview", str(body), "--since", "2026-11-23T00:00Z", "--until", "2026-11-24T00:00Z")
    with Emulator([LogSource(world.logs)]) as emulator:
        for name, value in (
            ("AWS_ENDPOINT_URL", emulator.url),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
        ):
            monkeypatch.setenv(name, value)
        done = cli(*given, "--out", str(tmp_path / "b.html"))
        assert done.code == 0, done.err
        pictures = cli(*given, "--images", "--out", str(tmp_path / "i.html"))
        assert pictures.code == 0, pictures.err
    html = (tmp_path / "b.html").read_text(encoding="utf-8")
    panels = [part.split('"')[0] for part in html.split('data-panel="')[1:]]
    assert panels == ["markdown", "chart", "alarms", "table"]
    assert "state unknown" in html
    assert 'src="data:image/png;base64,' in (tmp_path / "i.html").read_text(encoding="utf-8")
