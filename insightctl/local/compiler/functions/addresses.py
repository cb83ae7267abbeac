"""IP address functions: IPv4 in dotted decimals, IPv6 as RFC 4291 writes it, subnets in CIDR notation."""

from __future__ import annotations

from ipaddress import ip_network

from insightctl.local.compiler.functions.site import Builder, CallSite
from insightctl.local.compiler.values import Val


def _valid(*macros: str) -> Builder:
    def build(site: CallSite) -> Val:
        tests = " OR ".join(f"{site.macro(name, site.text())} IS NOT NULL" for name in macros)
        return Val(f"({tests})", "boolean")

    return build


def _in_subnet(*, version4: bool, version6: bool) -> Builder:
    def build(site: CallSite) -> Val:
        address, subnet = site.text(0), site.text(1)
        inside = f"coalesce({site.macro('ql_in_subnet', address, subnet)}, false)"
        if not version6:
            inside = f"({inside} AND {site.macro('ql_ipv4', address)} IS NOT NULL AND NOT contains({subnet}, ':'))"
        elif not version4:
            inside = f"({inside} AND {site.macro('ql_ipv6', address)} IS NOT NULL AND contains({subnet}, ':'))"
        return Val(f"coalesce({inside}, false)", "boolean")

    return build


def _bounds(network: str) -> tuple[int, int]:
    """A network's first and last address as the macros number them: IPv4 as IPv6 maps it."""
    known = ip_network(network)
    offset = 0 if known.version == 6 else 0xFFFF << 32
    return int(known.network_address) + offset, int(known.broadcast_address) + offset


def _in_any(networks: tuple[str, ...], *, negated: bool = False) -> Builder:
    ranges = (f"ql_n BETWEEN {low}::UHUGEINT AND {high}::UHUGEINT" for low, high in map(_bounds, networks))
    test = f"({' OR '.join(ranges)})"

    def build(site: CallSite) -> Val:
        inside = (
            f"list_transform([{site.macro('ql_ip', site.text())}], lambda ql_n: {'NOT ' if negated else ''}{test})[1]"
        )
        return Val(f"coalesce({inside}, false)", "boolean")

    return build


PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")  # RFC 1918

RESERVED = (
    # IANA IPv4 Special-Purpose Address Registry, without the private ranges
    "0.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    # IANA IPv6 Special-Purpose Address Registry
    "::/128",
    "::1/128",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
)

BUILDERS: dict[str, Builder] = {
    "isValidIp": _valid("ql_ip"),
    "isValidIpV4": _valid("ql_ipv4"),
    "isValidIpV6": _valid("ql_ipv6"),
    "isIpInSubnet": _in_subnet(version4=True, version6=True),
    "isIpv4InSubnet": _in_subnet(version4=True, version6=False),
    "isIpv6InSubnet": _in_subnet(version4=False, version6=True),
    "ipv4ToNumber": lambda site: Val(f"CAST({site.macro('ql_ipv4', site.text())} AS DOUBLE)", "number"),
    "isPrivateIP": _in_any(PRIVATE),
    "isReservedIP": _in_any(RESERVED),
    "isPublicIP": _in_any((*PRIVATE, *RESERVED), negated=True),
}
