"""Scalar functions: one small builder each, by the name in the language's table; grouped as the manual groups them."""

from __future__ import annotations

from collections.abc import Mapping

from insightctl.local.compiler.functions import addresses, choice, datetime, numbers, structures, text
from insightctl.local.compiler.functions.site import Builder

FUNCTIONS: Mapping[str, Builder] = {
    **numbers.BUILDERS,
    **datetime.BUILDERS,
    **choice.BUILDERS,
    **structures.BUILDERS,
    **addresses.BUILDERS,
    **text.BUILDERS,
}
