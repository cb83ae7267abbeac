"""The catalogue as a page: every query with what it asks, its options and its answer, in Markdown and HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from insightctl.library import load_all
from insightctl.library.load import parse_file
from insightctl.library.pages import html, markdown

HOSTILE = parse_file(
    '+++\ntitle = "T"\nquestion = "<script>alert(1)</script>?"\nread = "a & b"\nnext = ["errors"]\n'
    '[params.a]\ntype = "choice"\nchoices = ["x|y", "<b>"]\nhelp = "h"\n'
    '[[thresholds]]\nwhen = "n > 1"\nsay = "<i>"\n+++\nlimit 1\n',
    "own",
    "mine",
    "mine.ql",
)


def test_every_query_is_in_the_catalogue() -> None:
    text = markdown(load_all(), {"coldstarts": "| a |\n|---|\n| 1 |"}, "<!-- note -->")
    assert text.startswith("# The curated queries\n\n<!-- note -->\n")
    for spec in load_all():
        assert f"\n### {spec.name}\n\n{spec.question}\n" in text
        for param in spec.params:
            assert f"| `{param.option}` | {param.type} | " in text
        for threshold in spec.thresholds:
            assert f"{threshold.severity}, {threshold.say}\n" in text
    assert text.index("Is it working?") < text.index("Is it slow?") < text.index("### coldstarts") < text.index("| 1 |")


def test_a_bar_does_not_end_a_cell() -> None:
    assert "| `--a` | choice |  | h (one of x\\|y, <b>) |\n" in markdown([HOSTILE], {})


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_well_formed_and_runs_nothing() -> None:
    text = html([*load_all(), HOSTILE], {"coldstarts": "<table><tr><td>1</td></tr></table>"})
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert not tags.seen & {"script", "i", "b", "img", "iframe", "link"}
    assert "Content-Security-Policy\" content=\"default-src 'none'" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;?" in text
