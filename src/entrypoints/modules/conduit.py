"""The RealWorld API, plugged in: whose rules hold there, and who signs people up by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from core.domain.accounts import Passwords
from core.domain.accounts.sign_up import SignUp

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["PARTS", "Settings"]


class Conduit(BaseModel):
    """`open`: passwords only have a length, and nobody is held up, as public test suites of RealWorld want it.
    `strict`: passwords and limits as on the site. `off`: no such API. `auto` is open in development, else strict."""

    rules: Literal["auto", "open", "strict", "off"] = "auto"


class Settings(BaseModel):
    """What the RealWorld API is told."""

    conduit: Conduit = Conduit()


def _rules(app: App) -> str:
    chosen = app.settings.conduit.rules
    if chosen != "auto":
        return str(chosen)
    return "strict" if app.settings.is_production else "open"


def _passwords(app: App) -> Passwords:
    lists = None if app.conduit_rules == "open" else app.breached
    return Passwords(app.secrets, lists, (app.settings.site_name,))


PARTS = {
    "conduit_rules": _rules,
    "conduit_passwords": _passwords,
    "conduit_sign_up": lambda app: SignUp(app.accounts, app.proof_desk, app.conduit_passwords, app.witness),
}
