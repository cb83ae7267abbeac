"""An answer as text: tables, charts and machine formats; the one place that makes hostile log text safe to show.

    from insightctl.render import Answer, RenderOptions, render

    print(render(Answer(result, text="stats count(*)"), "table", RenderOptions(width=120, colour=True)))

`FORMATS` is the registry: adding an output format is one function and one line there.
"""

from insightctl.render.answer import Answer, RenderOptions
from insightctl.render.formats import FORMATS, Format, format_names, is_format, render

__all__ = ["FORMATS", "Answer", "Format", "RenderOptions", "format_names", "is_format", "render"]
