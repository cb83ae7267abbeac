"""Numeric functions."""

from __future__ import annotations

from insightctl.local.compiler.functions.site import Builder, CallSite, numeric
from insightctl.local.compiler.values import Val, number

_EARTH_KM = 6371.0088  # mean radius, IUGG
_INT = (-(2**31), 2**31 - 1)
_LONG = (-(2**63), 2**63 - 1)
_MAX_DIGITS = 15


def _extreme(function: str) -> Builder:
    return lambda site: Val(f"{function}({', '.join(number(arg) for arg in site.values())})", "number")


def _round(site: CallSite) -> Val:
    if len(site) == 1:
        return Val(f"round({site.number()})", "number")
    digits = f"CAST(least(greatest(trunc({site.number(1)}), -{_MAX_DIGITS}), {_MAX_DIGITS}) AS INTEGER)"
    known = f"{site.number(1)} IS NOT NULL"  # least() and greatest() skip what is absent
    return Val(f"(CASE WHEN {known} THEN round({site.number()}, {digits}) END)", "number")


def _haversine(site: CallSite) -> Val:
    lat1, lon1, lat2, lon2 = (f"radians({site.number(i)})" for i in range(4))
    half = f"pow(sin(({lat2} - {lat1}) / 2), 2) + cos({lat1}) * cos({lat2}) * pow(sin(({lon2} - {lon1}) / 2), 2)"
    # rounding may take it past 1, where asin ends; least() would skip what is absent
    bounded = f"list_transform([{half}], lambda ql_h: CASE WHEN ql_h > 1 THEN 1 ELSE ql_h END)[1]"
    return Val(f"(2 * {_EARTH_KM} * asin(sqrt({bounded})))", "number")


def _whole(bounds: tuple[int, int]) -> Builder:
    """Towards zero; null outside of the type's range."""
    low, high = bounds

    def build(site: CallSite) -> Val:
        value = f"trunc({site.number()})"
        return Val(f"(CASE WHEN {value} BETWEEN {low} AND {high} THEN {value} END)", "number")

    return build


BUILDERS: dict[str, Builder] = {
    "abs": numeric("abs({0})"),
    "ceil": numeric("ceil({0})"),
    "floor": numeric("floor({0})"),
    "round": _round,
    "log": numeric("CASE WHEN {0} > 0 THEN ln({0}) END"),
    "sqrt": numeric("CASE WHEN {0} >= 0 THEN sqrt({0}) END"),
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "haversine": _haversine,
    "toNumber": numeric("{0}"),
    "toDouble": numeric("{0}"),
    "toInt": _whole(_INT),
    "toLong": _whole(_LONG),
}
