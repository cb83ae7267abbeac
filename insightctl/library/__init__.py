"""The curated library: `.ql` files with front matter, typed parameters, rendered to Insights QL.

    from insightctl import library
    spec = library.load("coldstarts")
    text = library.render(spec, {"bin": "1m"})
"""

from insightctl.library.data import data_files
from insightctl.library.load import load, load_all
from insightctl.library.render import render
from insightctl.library.spec import Param, QuerySpec, Threshold

__all__ = ["Param", "QuerySpec", "Threshold", "data_files", "load", "load_all", "render"]
