"""A dashboard body as a page: laid out like CloudWatch's console, with real data, from any origin.

    board = fill(body, "Lambda service", "local logs", time, Sources(LocalBackend([...]), metrics))
    page(board)                          # one HTML file: no script, style or picture from elsewhere
    picture(board, "dark", size)         # one SVG; `to_png` makes a PNG of it

`reading` puts the widgets of a body into boxes, `filling` asks for their data, `log_panel` and `metric_panel` say what
they show, `spec` and `drawing` draw charts (Vega-Lite), `page` and `picture` write the whole.
"""

from insightctl.dashboards.preview.filling import Sources, fill
from insightctl.dashboards.preview.model import Board, Drawn, Widget
from insightctl.dashboards.preview.reading import time_of

__all__ = ["Board", "Drawn", "Sources", "Widget", "fill", "time_of"]
