"""The package data: `queries/` and `dashboards/`, in the wheel or at the top of an editable checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def data_files(kind: str) -> Traversable:
    """The folder of a kind of data: "queries" or "dashboards"."""
    package = files("insightctl")
    packed = package.joinpath("_data", kind)
    return packed if packed.is_dir() else package.joinpath("..", kind)
