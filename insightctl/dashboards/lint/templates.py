"""Values that something else fills in before the body is deployed: CloudFormation, Terraform, Jinja and the like."""

from __future__ import annotations

import re

_HOLE = re.compile(r"\$\{|\{\{|<[A-Za-z_ -]+>|%[({]|@@|__[A-Z]")
_STAND_IN = re.compile(r"\$?[A-Z][A-Z_]+")


def has_hole(text: str) -> bool:
    """Whether part of the text is still to be filled in."""
    return _HOLE.search(text) is not None


def is_template(text: str) -> bool:
    """The same of a name; one that is a word all in capitals (REGION) stands for something too."""
    return has_hole(text) or _STAND_IN.fullmatch(text) is not None


def blanked(text: str) -> str:
    """A query with `${...}` replaced by a name of the same length, so that the rest can be checked in place."""
    return re.sub(r"\$\{[^}\n]*\}", lambda match: "x" * len(match[0]), text)
