"""Who carries what, whether we have an account there, and whether they are asked just now; nobody is asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import parseaddr

from core.domain.kernel.findings import Finding, State
from core.ports.vendors import Breaker, Position
from entrypoints.config import Settings
from entrypoints.container import App
from entrypoints.lineup import lineup
from entrypoints.vendor_settings import CHANNELS, SANDBOX

GUIDES = {
    "smtp": "docs/accounts/smtp.md", "ses": "docs/accounts/aws.md", "sns": "docs/accounts/aws.md",
    "twilio": "docs/accounts/twilio.md", "webpush": "docs/accounts/webpush.md", "google": "docs/accounts/google.md",
    "facebook": "docs/accounts/facebook.md",
}  # fmt: skip
EXAMPLES = ("example.com", "example.org", "example.net", "localhost", "")
NOT_WITHOUT = {"mail"}
"""Channels that production cannot leave to a sandbox: forms promise what they bring. Modules say the same of theirs."""


def check_vendors(app: App) -> Iterator[Finding]:
    """One line for each channel, one for each vendor that is not on this machine, and who mail is from."""
    for channel, names in lineup(app.settings).items():
        real = [name for name in names if name not in SANDBOX]
        yield _real(channel, names) if real else _sandboxed(channel)
        breakers = app.breakers.all([f"{channel}:{name}" for name in real]) if real else []
        yield from (_vendor(app.settings, channel, breaker) for breaker in breakers)
    if "mail" in lineup(app.settings):
        yield _sender(app.settings)


def _sandboxed(channel: str) -> Finding:
    known = [name for name in CHANNELS.get(channel, ()) if name not in SANDBOX]
    do = f"ENGINEBAY_{channel.upper()}={known[0]}" if known else ""
    guide = GUIDES.get(known[0], "") if known else ""
    unfit = f"{channel} goes nowhere: it stays on this machine. Set {do}." if channel in NOT_WITHOUT else ""
    return Finding(
        item=channel, state=State.OK, says="It stays on this machine.", reach="sandbox", do=do, guide=guide, unfit=unfit
    )


def _real(channel: str, names: list[str]) -> Finding:
    also = [name for name in names if name in SANDBOX]
    unfit = (
        f"{channel} ends at {also[0]} when its vendors fail, and nobody gets it. Take it out of the list."
        if also
        else ""
    )
    says, state = f"Asked in this order: {', '.join(names)}.", State.WARNING if also else State.OK
    return Finding(item=channel, state=state, says=says, reach="real", unfit=unfit)


def _vendor(settings: Settings, channel: str, breaker: Breaker) -> Finding:
    name = breaker.vendor.partition(":")[2]
    guide, missing = GUIDES.get(name, ""), [line for line in _account(settings, channel, name) if line]
    if missing:
        says = f"It cannot be asked without {', '.join(missing)}."
        return Finding(item=breaker.vendor, state=State.FAULT, says=says, reach="real", do=missing[0], guide=guide)
    if breaker.position is Position.CLOSED:
        return Finding(item=breaker.vendor, says="Its account is set; it is asked.", reach="real", guide=guide)
    says = f"It is not asked just now ({breaker.position}). {breaker.said}".strip()
    do = f"flask vendors reset {breaker.vendor}"
    return Finding(item=breaker.vendor, state=State.WARNING, says=says, reach="real", do=do, guide=guide)


def _account(settings: Settings, channel: str, name: str) -> list[str]:
    """The settings that this vendor cannot be asked without and that are empty."""
    needed: dict[str, Callable[[], list[str]]] = {
        "smtp": lambda: [_unless(settings.smtp.url, "ENGINEBAY_SMTP__URL")],
        "twilio": lambda: _twilio(settings, channel),
        "google": lambda: _google(settings, channel),
        "nominatim": lambda: [_unless(settings.nominatim.contact, "ENGINEBAY_NOMINATIM__CONTACT")],
        "webpush": lambda: [
            _unless(settings.webpush.private_key.get_secret_value(), "ENGINEBAY_WEBPUSH__PRIVATE_KEY"),
            _unless(settings.webpush.contact, "ENGINEBAY_WEBPUSH__CONTACT"),
        ],
        "sns": lambda: _sns(settings, channel),
    }
    return needed.get(name, list)()


def _google(settings: Settings, channel: str) -> list[str]:
    """Maps have a key of their own; what signs people in is asked for at the start."""
    key = settings.google_maps.api_key.get_secret_value()
    return [] if channel == "social" else [_unless(key, "ENGINEBAY_GOOGLE_MAPS__API_KEY")]


def _twilio(settings: Settings, channel: str) -> list[str]:
    account = settings.twilio
    service = account.messaging_service_sid if channel == "sms" else ""
    return [
        _unless(account.account_sid, "ENGINEBAY_TWILIO__ACCOUNT_SID"),
        _unless(account.auth_token.get_secret_value(), "ENGINEBAY_TWILIO__AUTH_TOKEN"),
        _unless(account.sender or service, "ENGINEBAY_TWILIO__SENDER"),
    ]


def _sns(settings: Settings, channel: str) -> list[str]:
    """SMS needs the keys or role of boto3 only, which cannot be seen without asking; push needs an application."""
    arns = settings.aws.fcm_application_arn or settings.aws.apns_application_arn
    return [_unless(arns, "ENGINEBAY_AWS__FCM_APPLICATION_ARN")] if channel == "push" else []


def _unless(given: object, name: str) -> str:
    return "" if given else name


def _sender(settings: Settings) -> Finding:
    domain = parseaddr(settings.smtp.sender)[1].rpartition("@")[2]
    if domain.endswith(EXAMPLES[:3]) or domain in EXAMPLES:
        unfit = f"Mail comes from {domain}, which is nobody's. Set ENGINEBAY_SMTP__SENDER to an address of yours."
        return Finding(
            item="mail sender", says=f"{domain} is nobody's.", do="ENGINEBAY_SMTP__SENDER",
            guide="docs/accounts/smtp.md", unfit=unfit,
        )  # fmt: skip
    return Finding(item="mail sender", says=f"{domain}.")
