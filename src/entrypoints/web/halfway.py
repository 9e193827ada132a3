"""Who has shown the first factor and not the second: remembered in this browser for ten minutes, and signed in nowhere.

What is remembered is signed by us, says nothing that its owner does not know, and is worth nothing once the password
changes. It opens the question for the second factor, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import session

from core.domain.accounts import User
from core.domain.kernel.errors import NotFound
from entrypoints.container import App

HALF, SECONDS = "half", 600


@dataclass(frozen=True, kw_only=True)
class Halfway:
    """Somebody on the way in, and what becomes of them then."""

    user: User
    remembered: bool
    onward: str


def note(app: App, user: User, *, remembered: bool, onward: str) -> None:
    """Remember that this browser's visitor has shown the first factor; nothing else of before is kept."""
    session.clear()
    since = int(app.clock.now().timestamp())
    session[HALF] = [user.id, _state(app, user), since, remembered, onward[:2000]]


def found(app: App) -> Halfway | None:
    """Who is on the way in with this browser, or None when nobody is or it took too long."""
    user_id, state, since, remembered, onward = session.get(HALF) or ("", "", 0, False, "")
    if not user_id or app.clock.now().timestamp() > since + SECONDS:
        return None
    try:
        with app.uow.reading():
            user = app.users.get(user_id)
    except NotFound:
        return None
    return Halfway(user=user, remembered=remembered, onward=onward) if state == _state(app, user) else None


def _state(app: App, user: User) -> str:
    """What is another once the password changes, or whatever else ends all sessions; and for who may not come in."""
    return str(app.secrets.fingerprint(f"{user.version} {user.active} {user.password_hash}")[:24])
