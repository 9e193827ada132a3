"""The vendors: who answers for each channel, how well, at what cost; and what an operator can do about it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from core.domain.kernel.errors import NotFound
from core.domain.kernel.money import Money
from core.domain.vendors.watch import ALTERNATIVE, DOWN, FAILING, NOT_ASKED, TRIED, TROUBLED, WELL, Channel
from core.ports.vendors import Breaker, Position
from entrypoints import policies
from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App
from entrypoints.languages import N_, exact, told

TONES = {
    WELL: "good", FAILING: "warn", TRIED: "warn", NOT_ASKED: "bad", TROUBLED: "warn", ALTERNATIVE: "warn", DOWN: "bad",
}  # fmt: skip
WORDS = (
    N_("well"), N_("failing"), N_("tried again"), N_("not asked"), N_("troubled"), N_("on an alternative"), N_("down"),
)  # fmt: skip
CHANNELS = {
    "mail": N_("Mail"), "sms": N_("SMS"), "calls": N_("Calls"), "push": N_("Push"), "geocoder": N_("Addresses"),
    "geolocation": N_("Positions"),
}  # fmt: skip
DEEDS = {"open": N_("Never ask"), "close": N_("Always ask"), "reset": N_("Ask while it works")}
DONE = {
    "open": N_("%(vendor)s is never asked, until somebody chooses otherwise."),
    "close": N_("%(vendor)s is always asked, even while it fails, until somebody chooses otherwise."),
    "reset": N_("%(vendor)s is asked while it works, and left alone for a while once it fails."),
}
HEADLINES = {
    "good": N_("Every channel is well."),
    "warn": N_("Every channel is served, but not every vendor is well."),
    "bad": N_("A channel is served by nobody."),
}


class VendorPage(DeskView):
    """/admin/vendors."""

    needs = "vendors.see"

    def __init__(self, app: App) -> None:
        super().__init__(app, "Vendors", endpoint="admin_vendors", url="/admin/vendors")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The page, or only what moves on it."""
        with self._app.uow.reading():
            channels = self._app.vendor_watch.channels(self._app.caps)
            facts: dict[str, Any] = {"channels": channels, "refusals": self._app.vendor_watch.refusals()}
            if request.args.get("part") != "live":
                facts["hours"] = self._app.vendor_watch.hours()
        template = "panel/vendors.html" if "hours" in facts else "panel/_vendors_live.html"
        tone = _tone(channels)
        told_of = {"tone": tone, "headline": HEADLINES[tone], "tones": TONES, "names": CHANNELS, "deeds": DEEDS}
        return render_template(template, view=self, now=self._app.clock.now(), **told_of, **facts)

    @expose("/act/", methods=("POST",))
    @policies.panel("vendors.act")
    def act(self) -> ResponseReturnValue:
        """Open, close or reset a vendor's breaker."""
        deed, vendor = request.form.get("do", ""), request.form.get("vendor", "")
        if deed not in DEEDS:
            raise NotFound("A breaker can be opened, closed or reset: nothing else is done here.")
        with self._app.uow.transaction():
            getattr(self._app.vendor_desk, deed)(vendor)
        flash(told(DONE[deed]) % {"vendor": vendor}, "success")
        return redirect(self.at(_anchor=vendor.replace(":", "-")), 303)

    def may_act(self) -> bool:
        """Whether the visitor may put a breaker somewhere."""
        return self.allows("vendors.act")

    def share(self, given: float | None) -> str:
        """A share in per cent; a dash where there was nothing."""
        return "–" if given is None else f"{exact(100 * given, '.1f' if 0 < given < 0.1 else '.0f')} %"

    def took(self, milliseconds: int | None) -> str:
        """How long, in the unit one thinks of it in."""
        if milliseconds is None:
            return "–"
        return f"{milliseconds} ms" if milliseconds < 1000 else f"{exact(milliseconds / 1000, '.1f')} s"

    def amount(self, given: Money) -> str:
        """An amount with the digits it needs."""
        return exact(given.amount, ",.4f" if 0 < given.amount < 1 else ",.2f")

    def money(self, given: Money) -> str:
        """An amount with its currency."""
        return f"{self.amount(given)} {given.currency}"

    def fits(self, deed: str, breaker: Breaker) -> bool:
        """Whether this would change anything."""
        if deed == "reset":
            return breaker.held or breaker.failures > 0 or breaker.position != Position.CLOSED
        return not breaker.held or breaker.position != (Position.OPEN if deed == "open" else Position.CLOSED)

    def hand(self, breaker: Breaker) -> str:
        """What an operator's hand on a breaker means, or nothing."""
        if not breaker.held:
            return ""
        never = breaker.position == Position.OPEN
        return _("Somebody chose: never ask.") if never else _("Somebody chose: always ask.")


def _tone(channels: list[Channel]) -> str:
    found = {TONES[channel.word] for channel in channels}
    return next((tone for tone in ("bad", "warn") if tone in found), "good")
