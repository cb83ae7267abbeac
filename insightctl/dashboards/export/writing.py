"""Which kinds of code there are, and one of them written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from insightctl.core.errors import UsageError
from insightctl.dashboards.export import cdk_python, cdk_typescript, cloudformation, terraform
from insightctl.dashboards.export.model import Exported


class Written(NamedTuple):
    """A file's text, and what to know about it."""

    text: str
    notes: tuple[str, ...] = ()


def _noted(writer: Callable[[Exported], tuple[str, tuple[str, ...]]]) -> Callable[[Exported], Written]:
    return lambda exported: Written(*writer(exported))


def _silent(writer: Callable[[Exported], str]) -> Callable[[Exported], Written]:
    return lambda exported: Written(writer(exported))


KINDS: Mapping[str, Callable[[Exported], Written]] = {
    "cloudformation": _noted(cloudformation.yaml_template),
    "cloudformation-json": _noted(cloudformation.json_template),
    "terraform": _silent(terraform.hcl),
    "cdk-python": _silent(cdk_python.python),
    "cdk-typescript": _silent(cdk_typescript.typescript),
}
"""The writers by name."""


def check_kind(kind: str) -> None:
    """Raises UsageError for a kind that is none of `KINDS`."""
    from insightctl.dashboards.reader import nearest

    if kind not in KINDS:
        raise UsageError(f"there is no export to '{kind}'", remedy=nearest(kind, tuple(KINDS), "--to"))


def write(exported: Exported, kind: str) -> Written:
    """The code of a kind. Raises UsageError for one that there is not, and for more than CloudFormation takes."""
    check_kind(kind)
    written = KINDS[kind](exported)
    return Written(written.text, (*exported.notes, *written.notes))
