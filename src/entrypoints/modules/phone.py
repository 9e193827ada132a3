"""SMS and calls, plugged in: which vendors carry them, in the order of the settings, and who brings news of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, model_validator

from core.domain.kernel.phones import E164

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["PARTS", "Settings"]
HUNDRED = 100
HOOK = "/hooks/twilio"
"""Where Twilio brings its news (entrypoints/web/hooks)."""
CONSOLE = "You find it at https://console.twilio.com"


class Settings(BaseModel):
    """What a vendor that is chosen cannot do without, and how those of SMS share what is sent.

    `sms_points` are of a hundred, in the order of the vendors, like 70,30; empty has the first send everything, until
    it is in trouble.
    """

    sms_points: str = ""

    @model_validator(mode="after")
    def _points_of_a_hundred(self) -> Settings:
        chosen: Any = self
        points = [part.strip() for part in self.sms_points.split(",")] if self.sms_points else []
        if points and (
            len(points) != len(chosen.vendors_of("sms"))
            or not all(part.isdecimal() and part.isascii() for part in points)
            or sum(map(int, points)) != HUNDRED
        ):
            raise ValueError("ENGINEBAY_SMS_POINTS must be a number for each vendor of ENGINEBAY_SMS, together 100")
        return self

    @property
    def sms_shares(self) -> dict[str, int]:
        """The points of each vendor of SMS."""
        names = self.vendors_of("sms")  # type: ignore[attr-defined]
        points = map(int, self.sms_points.split(",")) if self.sms_points else (HUNDRED, *[0] * (len(names) - 1))
        return dict(zip(names, points, strict=True))

    @model_validator(mode="after")
    def _twilio_can_be_asked(self) -> Settings:
        chosen: Any = self
        texts, calls = ("twilio" in chosen.vendors_of(channel) for channel in ("sms", "calls"))
        twilio = chosen.twilio
        if texts or calls:
            _require("ACCOUNT_SID", twilio.account_sid, f"Twilio is chosen for SMS or calls. {CONSOLE}")
            _require(
                "AUTH_TOKEN", twilio.auth_token.get_secret_value(), f"Twilio is chosen for SMS or calls. {CONSOLE}"
            )
        if texts and not twilio.messaging_service_sid:
            _require("SENDER", twilio.sender, "Twilio is chosen for SMS, which come from a number or name of yours")
        if calls and not E164.fullmatch(twilio.sender):
            raise ValueError(
                "ENGINEBAY_TWILIO__SENDER must be a number of yours in E.164, like +14155550123, "
                "since Twilio is chosen for calls"
            )
        return self


def _require(name: str, value: str, why: str) -> None:
    if not value:
        raise ValueError(f"ENGINEBAY_TWILIO__{name} must be set, since {why}")


def _sms(app: App) -> Any:
    """The vendors of SMS, who share what is sent by points; each is imported when it is first asked."""
    from adapters.db.speeds import SqlSpeeds
    from adapters.resilience import in_order
    from adapters.resilience.balance import ByPoints

    wanted = {f"sms:{name}": points for name, points in app.settings.sms_shares.items()}
    order = ByPoints(app.quick_redis, SqlSpeeds(app.uow, app.clock), app.clock, wanted)
    return in_order("sms", _vendors("sms", SMS, app), app.guards, order=order)


def _calls(app: App) -> Any:
    from adapters.resilience import in_order

    return in_order("calls", _vendors("calls", CALLS, app), app.guards)


def _vendors(channel: str, makers: dict[str, Callable[..., Any]], app: App) -> list[tuple[str, Any]]:
    from adapters.resilience import later

    return [(name, later(partial(makers[name], app, name))) for name in app.settings.vendors_of(channel)]


def _twilio_sms(app: App, vendor: str) -> Any:
    from adapters.phone.twilio import TwilioSms, sent_by

    sender = sent_by(app.settings.twilio.sender, app.settings.twilio.messaging_service_sid)
    return TwilioSms(app.twilio_account, sender, _callback(app.settings.base_url))


def _twilio_calls(app: App, vendor: str) -> Any:
    from adapters.phone.twilio import TwilioCalls

    twilio = app.settings.twilio
    return TwilioCalls(app.twilio_account, twilio.sender, twilio.voice, _callback(app.settings.base_url))


def _sns_sms(app: App, vendor: str) -> Any:
    from adapters.aws import Aws
    from adapters.phone.sns import SnsSms

    return SnsSms(Aws(app.settings.aws), app.settings.aws.sms_sender)


def _sandbox_sms(app: App, vendor: str) -> Any:
    from adapters.sandbox.phone import SandboxSms

    return SandboxSms(app.inbox, app.orders, vendor)


def _sandbox_calls(app: App, vendor: str) -> Any:
    from adapters.sandbox.phone import SandboxCalls

    return SandboxCalls(app.inbox, app.orders, vendor)


def _twilio_account(app: App) -> Any:
    from adapters.phone.twilio_account import TwilioAccount

    twilio = app.settings.twilio
    return TwilioAccount(twilio.account_sid, twilio.auth_token.get_secret_value(), twilio.base_url)


def _twilio_news(app: App) -> Any:
    from adapters.phone.twilio_news import TwilioNews

    twilio = app.settings.twilio
    return TwilioNews(twilio.account_sid, twilio.auth_token.get_secret_value(), app.clock)


def _twilio_tracker(app: App) -> Any:
    from adapters.phone.twilio_news import TwilioTracker

    return TwilioTracker(app.twilio_account, app.clock)


def _callback(base_url: str) -> str:
    """Where Twilio is to bring news; empty where it cannot come, as it refuses an order that names such an address."""
    return base_url + HOOK if is_public(base_url) else ""


def is_public(base_url: str) -> bool:
    """Whether somebody outside can call this address: a name with a dot in it that is not this machine's, or a global
    IP address."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".localhost", ".local", ".internal", ".test", ".invalid"))


SMS = {"twilio": _twilio_sms, "sns": _sns_sms, "sandbox": _sandbox_sms, "understudy": _sandbox_sms}
CALLS = {"twilio": _twilio_calls, "sandbox": _sandbox_calls, "understudy": _sandbox_calls}
PARTS = {
    "sms": _sms,
    "calls": _calls,
    "twilio_account": _twilio_account,
    "twilio_news": _twilio_news,
    "twilio_tracker": _twilio_tracker,
}
