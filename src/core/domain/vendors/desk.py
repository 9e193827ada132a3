"""What people do to vendors: have one asked no more, have it asked whatever happens, forget its failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.domain.audit import Audit
from core.domain.kernel.errors import NotFound
from core.ports.vendors import Breakers

Roster = Mapping[str, Sequence[str]]
"""The vendors of each channel, best first, like `{"sms": ["sms:twilio", "sms:sns"]}`."""


class VendorDesk:
    """Opens, closes and resets breakers; each act is audited, in the open transaction. Raises `NotFound`."""

    def __init__(self, roster: Roster, breakers: Breakers, audit: Audit) -> None:
        self._roster, self._breakers, self._audit = roster, breakers, audit

    def open(self, vendor: str) -> None:
        """Have nobody ask this vendor until it is closed or reset."""
        self._do("opened", self._breakers.hold_open, vendor)

    def close(self, vendor: str) -> None:
        """Have it asked whatever happens, until it is opened or reset."""
        self._do("closed", self._breakers.hold_closed, vendor)

    def reset(self, vendor: str) -> None:
        """Forget its failures and what anybody did to it: from now on its own calls decide."""
        self._do("reset", self._breakers.reset, vendor)

    def _do(self, action: str, act: Callable[[str], None], vendor: str) -> None:
        known = [name for names in self._roster.values() for name in names]
        if vendor not in known:
            raise NotFound(f"There is no vendor {vendor[:40]!r} here. Take one of: {', '.join(known)}.")
        before = self._stands(vendor)
        act(vendor)
        self._audit.note(action, "vendor", vendor, label=vendor, before=before, after=self._stands(vendor))

    def _stands(self, vendor: str) -> dict[str, object]:
        breaker = self._breakers.all([vendor])[0]
        return {"position": str(breaker.position), "held": breaker.held}
