"""SQL macros of our own: pieces that a statement would otherwise repeat many times. A run defines those that it uses.

Addresses are numbers of 128 bits, IPv4 ones as IPv6 maps them (::ffff:a.b.c.d), so that both compare alike.
"""

from __future__ import annotations

from collections.abc import Iterable

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = f"^{_OCTET}(\\.{_OCTET}){{3}}$"
_MAPPED = "281470681743360::UHUGEINT"  # ::ffff:0:0
_ALL = "340282366920938463463374607431768211455::UHUGEINT"

MACROS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # name: parameters, body, macros that the body uses
    "ql_short": ("number", "regexp_replace(format('{:.4f}', CAST(number AS DOUBLE)), '\\.?0+$', '')", ()),
    "ql_histogram_of": (
        "numbers, low, width, buckets",
        "to_json(map_from_entries(list_transform(range(0, CASE WHEN width > 0 THEN buckets ELSE 1 END), lambda i: row("
        "ql_short(low + i * width) || '-' || ql_short(low + (i + 1) * width), "
        "len(list_filter(numbers, lambda n: width <= 0 OR least(CAST(floor((n - low) / width) AS BIGINT), buckets - 1) = i))))))",
        ("ql_short",),
    ),
    "ql_histogram": (
        "numbers, buckets",
        "CASE WHEN len(numbers) > 0 THEN ql_histogram_of(numbers, list_min(numbers), "
        "(list_max(numbers) - list_min(numbers)) / buckets, buckets) END",
        ("ql_histogram_of",),
    ),
    "ql_ipv4": (
        "address",
        f"CASE WHEN regexp_matches(address, '{_IPV4}') THEN "
        "list_reduce(list_transform(string_split(address, '.'), lambda p: CAST(p AS UBIGINT)), lambda a, b: a * 256 + b) END",
        (),
    ),
    # the last 32 bits of an IPv6 address may be written as an IPv4 address
    "ql_v6_plain": (
        "address",
        "CASE WHEN contains(address, '.') THEN "
        "regexp_replace(address, '[^:]*$', '') || coalesce(format('{:x}:{:x}', "
        "CAST(ql_ipv4(regexp_extract(address, '[^:]*$')) // 65536 AS BIGINT), "
        "CAST(ql_ipv4(regexp_extract(address, '[^:]*$')) % 65536 AS BIGINT)), '!') ELSE address END",
        ("ql_ipv4",),
    ),
    "ql_v6_side": ("side", "CASE WHEN side = '' THEN [] ELSE string_split(side, ':') END", ()),
    # '::' stands for as many zero groups as are missing, one at least
    "ql_v6_groups": (
        "plain",
        "CASE WHEN contains(plain, '::') THEN list_concat(ql_v6_side(split_part(plain, '::', 1)), "
        "list_concat(list_transform(range(0, greatest(0, 8 - len(ql_v6_side(split_part(plain, '::', 1))) "
        "- len(ql_v6_side(split_part(plain, '::', 2))))), lambda z: '0'), ql_v6_side(split_part(plain, '::', 2)))) "
        "ELSE string_split(plain, ':') END",
        ("ql_v6_side",),
    ),
    "ql_ipv6": (
        "address",
        "CASE WHEN contains(address, ':') AND len(string_split(address, '::')) <= 2 AND NOT contains(address, ':::') "
        "AND len(ql_v6_groups(ql_v6_plain(address))) = 8 AND (NOT contains(address, '::') OR "
        "len(list_filter(string_split(ql_v6_plain(address), ':'), lambda g: g <> '')) <= 7) "
        "AND len(list_filter(ql_v6_groups(ql_v6_plain(address)), lambda g: regexp_matches(g, '^[0-9a-fA-F]{1,4}$'))) = 8 "
        "THEN list_reduce(list_transform(ql_v6_groups(ql_v6_plain(address)), lambda g: CAST(('0x' || g) AS UHUGEINT)), "
        "lambda a, b: a * 65536 + b) END",
        ("ql_v6_groups", "ql_v6_plain"),
    ),
    "ql_ip": (
        "address",
        f"coalesce(CAST(ql_ipv4(address) AS UHUGEINT) + {_MAPPED}, ql_ipv6(address))",
        ("ql_ipv4", "ql_ipv6"),
    ),
    "ql_prefix": (
        "subnet",
        "CASE WHEN regexp_matches(subnet, '^[^/]+/[0-9]{1,3}$') THEN CASE WHEN contains(subnet, ':') THEN "
        "CASE WHEN CAST(split_part(subnet, '/', 2) AS INTEGER) <= 128 THEN CAST(split_part(subnet, '/', 2) AS INTEGER) END "
        "WHEN CAST(split_part(subnet, '/', 2) AS INTEGER) <= 32 THEN 96 + CAST(split_part(subnet, '/', 2) AS INTEGER) END "
        "WHEN NOT contains(subnet, '/') AND ql_ip(subnet) IS NOT NULL THEN 128 END",
        ("ql_ip",),
    ),
    "ql_mask": (
        "prefix",
        f"CASE WHEN prefix = 0 THEN 0::UHUGEINT WHEN prefix < 128 THEN {_ALL} - ({_ALL} >> CAST(prefix AS UHUGEINT)) "
        f"WHEN prefix = 128 THEN {_ALL} END",
        (),
    ),
    "ql_in_subnet": (
        "address, subnet",
        "CASE WHEN contains(address, ':') = contains(subnet, ':') THEN "
        "(ql_ip(address) & ql_mask(ql_prefix(subnet))) = (ql_ip(split_part(subnet, '/', 1)) & ql_mask(ql_prefix(subnet))) END",
        ("ql_ip", "ql_mask", "ql_prefix"),
    ),
}


def definitions(names: Iterable[str]) -> tuple[str, ...]:
    """The statements that define macros and all that they use, in an order that works."""
    done: dict[str, str] = {}

    def define(name: str) -> None:
        if name in done:
            return
        parameters, body, used = MACROS[name]
        for other in used:
            define(other)
        done[name] = f"CREATE TEMP MACRO {name}({parameters}) AS {body}"

    for name in sorted(names):
        define(name)
    return tuple(done.values())
