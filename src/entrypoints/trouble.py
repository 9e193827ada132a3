"""Has vendors on this machine fail, or be slow, for a while, so that one can see what follows; real ones it cannot."""

from __future__ import annotations

import re
from datetime import timedelta

from core.domain.kernel.errors import Invalid
from core.ports.sandbox import Order
from entrypoints.config import Settings
from entrypoints.container import App
from entrypoints.lineup import lineup
from entrypoints.vendor_settings import SANDBOX

UNITS = {"s": 1, "m": 60, "h": 3600}
SPAN = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*([smh])")
LONGEST, SLOWEST = 24 * 3600.0, 30.0


def seconds(span: str, most: float = LONGEST) -> float:
    """The seconds of a span like `90s`, `2m` or `1h`. Raises `Invalid`."""
    found = SPAN.fullmatch(span.strip().lower())
    counted = float(found[1]) * UNITS[found[2]] if found else 0.0
    if not 0 < counted <= most:
        raise Invalid({"span": f"{span[:20]!r} is no span of up to {most:g} seconds. Write it like 90s, 2m or 1h."})
    return counted


def share(rate: str) -> float:
    """A share from 0 to 1. Raises `Invalid`."""
    try:
        counted = float(rate)
    except ValueError:
        counted = -1.0
    if not 0 <= counted <= 1:
        raise Invalid({"rate": f"{rate[:20]!r} is no share of the calls. Write one from 0 to 1, like 0.3."})
    return counted


def cause(app: App, named: str, *, span: str, rate: str = "", slow: str = "") -> tuple[str, Order]:
    """Give the vendor (`sms:understudy`, or the first of `sms`) its order, and return both.

    Without a rate it fails always, or, when it was told to be slow, never. Raises `Invalid`.
    """
    vendor = chosen(app.settings, named)
    order = Order(
        until=app.clock.now() + timedelta(seconds=seconds(span)),
        rate=share(rate) if rate else float(not slow),
        slow=seconds(slow, SLOWEST) if slow else 0.0,
    )
    app.orders.give(vendor, order)
    return vendor, order


def end(app: App, named: str) -> list[str]:
    """Heal the vendors of that name, of that channel, or all when it is empty; return those that were ill."""
    ill = [vendor for vendor in app.orders.standing() if named in ("", vendor, vendor.partition(":")[0])]
    for vendor in ill:
        app.orders.heal(vendor)
    return ill


def obedient(settings: Settings) -> list[str]:
    """Every vendor that can be told, by channel and in order."""
    return [f"{channel}:{name}" for channel, names in lineup(settings).items() for name in names if name in SANDBOX]


def chosen(settings: Settings, named: str) -> str:
    """The vendor of that name, or the first of that channel. Raises `Invalid` for one that cannot be told."""
    known = obedient(settings)
    for vendor in known:
        if named in (vendor, vendor.partition(":")[0]):
            return vendor
    raise Invalid({"vendor": f"{named[:60]!r} cannot be told to fail. These can: {', '.join(known) or 'none'}."})


def told(order: Order) -> str:
    """What a vendor was told, in words."""
    slow = f"takes {order.slow:g} s" if order.slow else ""
    fails = "fails" if order.rate >= 1 else f"fails {order.rate:.0%} of the time" if order.rate else ""
    return f"{' and '.join(filter(None, (slow, fails)))} until {order.until:%H:%M:%S} UTC"
