"""Network addresses, as they are written down and as they are counted under."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The address in what a proxy says somebody comes from, "" where it is none: some add a port, or a scope, and what
    listens to both kinds of address writes those of IPv4 as of IPv6 (RFC 4291, 2.5.5.2)."""
    found = _read(text) or _read(_without_port(text))
    return str(found) if found else ""


@lru_cache(maxsize=1024)
def network(address: str) -> str:
    """What requests of an address are counted under: itself, or its /64 in IPv6, for a household has 2^64 of those."""
    found = _read(address)
    if found is None:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if "." in text else text


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
