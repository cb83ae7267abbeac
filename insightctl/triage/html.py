"""The report as one HTML page: no script, no request, log text escaped, secrets left out unless asked otherwise."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from insightctl.render import safe
from insightctl.render.redact import redacted
from insightctl.triage import words
from insightctl.triage.html_chart import charts
from insightctl.triage.model import Report
from insightctl.triage.report import brief, cluster_line, headline, label, looked_at

_MOST = 20_000  # characters of a text that are looked at

# both themes keep a contrast of 4.5 : 1 or more for text (WCAG 2.2 AA); a test measures it
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--page:#fff;--box:#f3f5f7;--red:#b3261e;--amber:#8a5300;
--green:#116329;--blue:#0550ae;--onset:#f5b83d}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9aa5b1;--page:#0d1117;--box:#161b22;--red:#ff8078;
--amber:#e3a63b;--green:#57c96b;--blue:#79b8ff;--onset:#8a6a1f}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:24px}
h1{font-size:1.35rem;margin:.2em 0}h2{font-size:1.1rem;margin:1.6em 0 .3em}h3{font-size:1rem;margin:1em 0 .2em}
h1,h2,dd,li,td{overflow-wrap:anywhere}
.verdict{display:inline-block;margin:0;font-weight:700}
.critical{color:var(--red)}.warning{color:var(--amber)}.ok{color:var(--green)}.dim{color:var(--dim);font-size:.9rem}
pre{background:var(--box);padding:6px 10px;margin:4px 0 10px;border-radius:4px;white-space:pre-wrap;
overflow-wrap:anywhere;font:13px/1.4 ui-monospace,monospace}
dt{font-weight:600}dd{margin:0 0 6px}
figure{margin:12px 0}figcaption{color:var(--dim);font-size:.9rem}
svg{width:100%;height:auto}svg text{fill:var(--dim);font:11px system-ui,sans-serif}svg text.deploy{fill:var(--blue)}
.axis{stroke:var(--dim)}.bar{fill:var(--red)}.onset{fill:var(--onset);opacity:.45}
line.deploy{stroke:var(--blue);stroke-dasharray:4 3;stroke-width:1.5}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--box)}
"""


def report_html(report: Report, *, redact: bool = True) -> str:
    """The page. `redact` leaves out what looks like a key, a token or an e-mail address."""
    from jinja2 import Environment

    def text(value: str) -> str:
        line = safe.line(value[:_MOST])  # a secret that is cut in two would not be known as one
        return brief(redacted(line) if redact else line)

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("insightctl.triage").joinpath("report.html.j2").read_text("utf-8"))
    functions = dict.fromkeys(finding.function for finding in report.findings)
    drawn = [(name, charts(name, report.bins, report.findings, report.deployments)) for name in functions]
    from markupsafe import Markup

    return template.render(
        report=report,
        headline=headline(report),
        looked_at=looked_at(report),
        charts=[(name, pictures) for name, pictures in drawn if pictures],
        text=text,
        label=label,
        cluster_line=cluster_line,
        moment=words.moment,
        redact=redact,
        style=Markup(_STYLE),  # noqa: S704 - our own
        style_hash="sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode(),
    )
