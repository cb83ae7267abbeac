"""IP address functions: IPv4 in dotted decimals, IPv6 as RFC 4291 writes it, subnets in CIDR notation."""

from __future__ import annotations

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


def _in_any(networks: tuple[str, ...], *, negated: bool = False) -> Builder:
    def build(site: CallSite) -> Val:
        address = site.text()
        tests = (site.macro("ql_in_subnet", address, f"'{network}'") for network in networks)
        inside = " OR ".join(f"coalesce({test}, false)" for test in tests)
        valid = f"{site.macro('ql_ip', address)} IS NOT NULL"
        return Val(f"({valid} AND NOT ({inside}))" if negated else f"({inside})", "boolean")

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
    "2001:db8::/32",
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
