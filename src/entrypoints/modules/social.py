"""Signing in with an account elsewhere, plugged in: which providers are offered, and what each needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, field_validator, model_validator

from adapters.db.social import ENTITIES, SqlAttempts, SqlIdentities
from core.domain.kernel.findings import Finding, State
from core.domain.kernel.personal import Held
from core.domain.social import MESSAGES, Connections, Guests, Newcomers, SocialDesk, SocialLetters, Trips
from core.ports.social import Offer, Provider

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["CHANNELS", "CHECKS", "ENTITIES", "MARKED", "MESSAGES", "PARTS", "PERSONAL", "SCOPES", "Settings"]
REAL, SANDBOX, NONE = ("google", "facebook"), "sandbox", "none"
LABELS = {"google": "Google", "facebook": "Facebook", "sandbox": "Sandbox"}
FACEBOOK = ("https://www.facebook.com", "https://m.facebook.com")
BACK = "/login/from/{}"
GUIDES = {"google": "docs/accounts/google.md", "facebook": "docs/accounts/facebook.md"}


class Settings(BaseModel):
    """Who may sign people in: google, facebook, sandbox (development only) or none, with commas between.

    `social_trusts_mail_of` are providers whose confirmed address is enough to connect with the account here that has
    confirmed it as well; without it who has an account signs in to it once, and connects then.
    """

    social: str = ""
    social_trusts_mail_of: str = ""

    @field_validator("social")
    @classmethod
    def _social_is_known(cls, given: str) -> str:
        return _listed(given, (*REAL, SANDBOX, NONE))

    @field_validator("social_trusts_mail_of")
    @classmethod
    def _trusted_is_known(cls, given: str) -> str:
        return _listed(given, REAL)

    @property
    def social_providers(self) -> list[str]:
        """The names of those that are offered, in the order of the settings."""
        production = getattr(self, "environment", "") == "production"
        chosen = self.social or (NONE if production else SANDBOX)
        return [name for name in chosen.split(",") if name != NONE]

    @model_validator(mode="after")
    def _social_can_be_asked(self) -> Settings:
        chosen: Any = self
        for name, value, missing in _accounts(chosen):
            if name in self.social_providers and not value:
                raise ValueError(f"{missing} must be set, since {name} is chosen for social. See {GUIDES[name]}")
        if SANDBOX in self.social_providers and getattr(self, "environment", "") == "production":
            raise ValueError("ENGINEBAY_SOCIAL cannot be sandbox in production: anybody could sign in as anybody")
        return self


def _listed(given: str, known: tuple[str, ...]) -> str:
    names = [name.strip() for name in given.split(",") if name.strip()]
    if set(names) - set(known) or len(set(names)) < len(names):
        raise ValueError(f"it must be one of {', '.join(known)}, or several with commas between")
    return ",".join(names)


def _accounts(settings: Any) -> Iterator[tuple[str, str, str]]:
    """What a provider cannot be asked without."""
    yield "google", settings.google.client_id, "ENGINEBAY_GOOGLE__CLIENT_ID"
    yield "google", settings.google.client_secret.get_secret_value(), "ENGINEBAY_GOOGLE__CLIENT_SECRET"
    yield "facebook", settings.facebook.app_id, "ENGINEBAY_FACEBOOK__APP_ID"
    yield "facebook", settings.facebook.app_secret.get_secret_value(), "ENGINEBAY_FACEBOOK__APP_SECRET"


def _offers(app: App) -> tuple[Offer, ...]:
    """Who is offered; a page that leads to them must let its forms go to their origins."""
    origins = {
        "google": (_origin(app.settings.google.discovery_url),),
        "facebook": (_origin(app.settings.facebook.base_url),) if app.settings.facebook.base_url else FACEBOOK,
    }
    return tuple(
        Offer(name=name, label=LABELS[name], origins=origins.get(name, ())) for name in app.settings.social_providers
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _desk(app: App) -> SocialDesk:
    """Each provider is made when it is first asked, with what it imports (0.3 s): before its time is counted."""
    makers: dict[str, Callable[[], Provider]] = {
        name: partial(getattr, app, f"social_{name}") for name in app.settings.social_providers
    }
    return SocialDesk(app.trips, makers)


def _guarded(name: str, make: Callable[[App], Any]) -> Callable[[App], Any]:
    """A provider behind a breaker, a deadline and a meter. No other can be asked in its place."""

    def build(app: App) -> Any:
        from adapters.resilience import in_order

        return in_order("social", [(name, make(app))], app.guards)

    return build


def _google(app: App) -> Any:
    from adapters.social.google import GoogleSignIn

    account = app.settings.google
    return GoogleSignIn(account.client_id, account.client_secret.get_secret_value(), account.discovery_url, app.clock)


def _facebook(app: App) -> Any:
    from adapters.social.facebook import FacebookSignIn

    account = app.settings.facebook
    return FacebookSignIn(account.app_id, account.app_secret.get_secret_value(), app.clock, account.base_url)


def _pretender(app: App) -> Any:
    from adapters.social.sandbox import SandboxProvider

    key = app.settings.secret_key.get_secret_value()
    return SandboxProvider(f"{app.settings.base_url}/login/pretend", key, app.orders.obey)


def _check_social(app: App) -> Iterator[Finding]:
    """Where each provider sends people back to, as it must be entered there; and whether they can be asked safely."""
    offered = app.settings.social_providers
    if not offered:
        do = "ENGINEBAY_SOCIAL=google"
        yield Finding(item="social sign-in", says="Nobody signs in with an account elsewhere.", do=do)
    for name in (name for name in offered if name in REAL):
        says = f"Enter this address there, to the last sign: {app.settings.base_url}{BACK.format(name)}"
        yield Finding(item=f"sign-in {name}", says=says, reach="real", guide=GUIDES[name])
    for name, base in (("google", app.settings.google.discovery_url), ("facebook", app.settings.facebook.base_url)):
        if name in offered and base.startswith("http://") and app.settings.is_production:
            unfit = f"{name} is asked without encryption ({base}). Use its https address."
            yield Finding(
                item=f"sign-in {name} address", state=State.WARNING, says=f"{base} is not https.", unfit=unfit
            )


PARTS = {
    "identities": lambda app: SqlIdentities(app.uow),
    "social_attempts": lambda app: SqlAttempts(app.uow),
    "social_google": _guarded("google", _google),
    "social_facebook": _guarded("facebook", _facebook),
    "social_pretender": _pretender,
    "social_sandbox": _guarded(SANDBOX, lambda app: app.social_pretender),
    "social_offers": _offers,
    "trips": lambda app: Trips(app.uow, app.social_attempts, app.secrets, app.clock),
    "social_desk": _desk,
    "connections": lambda app: Connections(app.identities, app.users, app.outbox, app.audit),
    "newcomers": lambda app: Newcomers(Guests(app.accounts, app.sign_up), app.trips, app.connections, app.outbox),
    "social_letters": lambda app: SocialLetters(app.users, app.social_attempts, app.links, app.post),
}
MARKED = {"trips": Trips, "social_letters": SocialLetters}
CHANNELS = {"social": lambda settings: settings.social_providers}
CHECKS = (_check_social,)
SCOPES = {"identities.read": "See which accounts elsewhere sign you in"}
PERSONAL = (
    Held(table="identities", about="Your connected accounts elsewhere", ids=("user_id",), addresses=("email",),
         tells=("email",)),
    Held(table="social_attempts", about="Sign-ins by another account that were begun", ids=("user_id",),
         mentions=("claims", "wish"), secret=("nonce", "verifier", "browser")),
)  # fmt: skip
