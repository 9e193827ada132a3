"""Signed-in browsers, known to us by a fingerprint only, and ended from here; it knows no cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.accounts.people import User
from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.repositories import Sessions, Users
from core.ports.secrets import Secrets

IDLE, LONGEST, TOUCH = timedelta(days=14), timedelta(days=90), timedelta(minutes=1)
FRESH = timedelta(minutes=15)
"""A session ends after so long without use, or after so long in any case; its use is noted once a minute at most."""


@dataclass(eq=False, kw_only=True)
class Session:
    """A signed-in browser, known by the fingerprint of the token it carries.

    `remembered`: it outlives the browser's window. `proven_at`: when they last showed who they are; `strong`: with two
    factors.
    """

    id: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    address: str = ""
    agent: str = ""
    remembered: bool = True
    proven_at: datetime | None = None
    strong: bool = False

    def is_fresh(self, now: datetime) -> bool:
        """Whether who they are was shown so lately that dangerous acts need not ask again."""
        return self.proven_at is not None and self.proven_at > now - FRESH

    def is_over(self, now: datetime) -> bool:
        """Whether it was unused for too long, or is too old."""
        return self.seen_at < now - IDLE or self.created_at < now - LONGEST


class SessionDesk:
    """Opens, finds and ends sessions."""

    def __init__(self, sessions: Sessions, users: Users, secrets: Secrets, clock: Clock) -> None:
        self._sessions, self._users, self._secrets, self._clock = sessions, users, secrets, clock

    def open(self, user: User, address: str, agent: str, *, remembered: bool = True) -> str:
        """Open a session and return its token, which is stored nowhere."""
        token, now = self._secrets.new_token(), self._clock.now()
        fingerprint = self._secrets.fingerprint(token)
        self._sessions.add(
            Session(
                id=fingerprint,
                user_id=user.id,
                created_at=now,
                seen_at=now,
                address=address[:64],
                agent=agent[:200],
                remembered=remembered,
                proven_at=now,
            )
        )
        return token

    def recognise(self, token: str) -> tuple[User, Session] | None:
        """Return the active user and the session of this token, or None when it ended."""
        session = self._sessions.find(self._secrets.fingerprint(token))
        if session is None or session.is_over(self._clock.now()):
            return None
        try:
            found = self._users.get(session.user_id)
        except NotFound:
            return None
        return (found, session) if found.active else None

    def user(self, token: str) -> User | None:
        """Return the active user whose session this is, or None when it ended."""
        recognised = self.recognise(token)
        return recognised[0] if recognised else None

    def is_worth_a_touch(self, session: Session) -> bool:
        """Whether its use was last noted more than a minute ago, so that noting it is worth a transaction."""
        return session.seen_at < self._clock.now() - TOUCH

    def touch(self, token: str) -> None:
        """Note that the session is in use; at most once a minute does it write."""
        session = self._sessions.find(self._secrets.fingerprint(token))
        if session is not None and self.is_worth_a_touch(session):
            session.seen_at = self._clock.now()

    def close(self, token: str) -> None:
        """End the session of this token."""
        self._sessions.remove(self._secrets.fingerprint(token))

    def close_all(self, user: User) -> int:
        """End every session of a user, and with a new version of the account every token; return how many sessions."""
        user.version += 1
        return self._sessions.remove_all(user.id)

    @every("forget-sessions", "17 * * * *")
    @task("accounts.forget-sessions", queue="upkeep", priority=8)
    def forget_idle(self, run: Run) -> dict[str, Any]:
        """Forget sessions that nobody used for 14 days."""
        return {"forgotten": self._sessions.remove_unseen_since(self._clock.now() - IDLE)}
