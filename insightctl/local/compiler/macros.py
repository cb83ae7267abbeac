"""SQL macros of our own: pieces that a statement would otherwise repeat many times. A run defines those that it uses.

Addresses are numbers of 128 bits, IPv4 ones as IPv6 maps them (::ffff:a.b.c.d), so that both compare alike.
A macro's text replaces its parameters wherever they stand: `list_transform([x], lambda y: ...)[1]` computes x once.
"""

from __future__ import annotations

from collections.abc import Iterable

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = f"^{_OCTET}(\\.{_OCTET}){{3}}$"
_MAPPED = "281470681743360::UHUGEINT"  # ::ffff:0:0
_ALL = "340282366920938463463374607431768211455::UHUGEINT"

MACROS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # name: parameters, body, macros that the body uses
    # edges of narrow ranges keep the digits that tell them apart
    "ql_edge": (
        "number, width",
        "CASE WHEN width > 0 AND width < 0.001 THEN format('{:.15g}', CAST(number AS DOUBLE)) "
        "ELSE regexp_replace(format('{:.4f}', CAST(number AS DOUBLE)), '\\.?0+$', '') END",
        (),
    ),
    "ql_histogram_counted": (
        "counts, low, width, buckets",
        "to_json(map_from_entries(list_transform(range(0, buckets), lambda ql_i: row(ql_edge(low + ql_i * width, width) || '-' "
        "|| ql_edge(low + (ql_i + 1) * width, width), coalesce(counts[ql_i], 0)))))",
        ("ql_edge",),
    ),
    "ql_histogram_of": (
        "numbers, low, width, buckets",
        "list_transform([list_histogram(list_transform(numbers, lambda ql_n: "
        "coalesce(CAST(least(floor((ql_n - low) / nullif(width, 0)), buckets - 1) AS BIGINT), 0)))], "
        "lambda ql_c: ql_histogram_counted(ql_c, low, width, buckets))[1]",
        ("ql_histogram_counted",),
    ),
    # ranges too narrow for a double to tell their edges apart are one; lambdas only see numbers here, never the list
    "ql_histogram": (
        "numbers, buckets",
        "CASE WHEN len(numbers) > 0 THEN list_transform([list_min(numbers)], lambda ql_low: "
        "list_transform([list_max(numbers) / buckets - ql_low / buckets], lambda ql_wide: "
        "list_transform([CASE WHEN ql_wide > greatest(abs(ql_low), abs(ql_low + ql_wide * buckets)) * 1e-14 "
        "THEN buckets ELSE 1 END], "
        "lambda ql_k: ql_histogram_of(numbers, ql_low, ql_wide * (buckets / ql_k), ql_k))[1])[1])[1] END",
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
        "CASE WHEN contains(address, '.') THEN list_transform([ql_ipv4(regexp_extract(address, '[^:]*$'))], lambda ql_last: "
        "regexp_replace(address, '[^:]*$', '') || coalesce(format('{:x}:{:x}', CAST(ql_last // 65536 AS BIGINT), "
        "CAST(ql_last % 65536 AS BIGINT)), '!'))[1] ELSE address END",
        ("ql_ipv4",),
    ),
    "ql_v6_side": ("side", "CASE WHEN side = '' THEN [] ELSE string_split(side, ':') END", ()),
    # '::' stands for as many zero groups as are missing, one at least
    "ql_v6_groups": (
        "plain",
        "list_transform([string_split(plain, '::')], lambda ql_s: CASE len(ql_s) WHEN 1 THEN string_split(ql_s[1], ':') "
        "WHEN 2 THEN list_concat(ql_v6_side(ql_s[1]), list_concat(list_transform(range(0, greatest(1, "
        "8 - len(ql_v6_side(ql_s[1])) - len(ql_v6_side(ql_s[2])))), lambda ql_z: '0'), ql_v6_side(ql_s[2]))) END)[1]",
        ("ql_v6_side",),
    ),
    "ql_ipv6": (
        "address",
        "CASE WHEN contains(address, ':') THEN list_transform([ql_v6_groups(ql_v6_plain(address))], lambda ql_g: "
        "CASE WHEN len(ql_g) = 8 AND len(list_filter(ql_g, lambda ql_x: regexp_matches(ql_x, '^[0-9a-fA-F]{1,4}$'))) = 8 "
        "THEN list_reduce(list_transform(ql_g, lambda ql_y: CAST(('0x' || ql_y) AS UHUGEINT)), "
        "lambda a, b: a * 65536 + b) END)[1] END",
        ("ql_v6_groups", "ql_v6_plain"),
    ),
    "ql_ip": (
        "address",
        f"coalesce(CAST(ql_ipv4(address) AS UHUGEINT) + {_MAPPED}, ql_ipv6(address))",
        ("ql_ipv4", "ql_ipv6"),
    ),
    # of the 128 bits; a subnet without a prefix is one address
    "ql_prefix": (
        "subnet",
        "CASE WHEN NOT contains(subnet, '/') THEN 128 WHEN regexp_matches(subnet, '^[^/]+/[0-9]{1,3}$') THEN "
        "list_transform([CAST(split_part(subnet, '/', 2) AS INTEGER)], lambda ql_p: CASE WHEN contains(subnet, ':') "
        "THEN CASE WHEN ql_p <= 128 THEN ql_p END WHEN ql_p <= 32 THEN 96 + ql_p END)[1] END",
        (),
    ),
    "ql_mask": (
        "prefix",
        f"list_transform([prefix], lambda ql_w: CASE WHEN ql_w = 0 THEN 0::UHUGEINT WHEN ql_w < 128 THEN "
        f"{_ALL} - ({_ALL} >> CAST(ql_w AS UHUGEINT)) WHEN ql_w = 128 THEN {_ALL} END)[1]",
        (),
    ),
    "ql_in_subnet": (
        "address, subnet",
        "CASE WHEN contains(address, ':') = contains(subnet, ':') THEN list_transform([ql_mask(ql_prefix(subnet))], "
        "lambda ql_m: (ql_ip(address) & ql_m) = (ql_ip(split_part(subnet, '/', 1)) & ql_m))[1] END",
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
