"""Signed-in browsers, known to us by a fingerprint only, and ended from here; it knows no cookie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.domain.accounts.agents import in_words
from core.domain.accounts.people import User
from core.domain.kernel.errors import Forbidden, NotFound
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.repositories import Sessions, Users
from core.ports.secrets import Secrets


@dataclass(frozen=True)
class Term:
    """A session ends after so long without use, and after so long in any case."""

    idle: timedelta
    longest: timedelta


TERMS = {
    True: Term(timedelta(days=14), timedelta(days=90)),
    False: Term(timedelta(hours=12), timedelta(days=7)),
}
"""By whether it is remembered: it outlives the browser's window."""
TOUCH = timedelta(minutes=1)
"""The use of a session, and of an account, is noted so often at most."""
FRESH, GRACE = timedelta(minutes=15), timedelta(minutes=15)
"""So long is not asked again who they are; and a form that was opened in that time may be sent so much later."""
MOST_LISTED = 100


@dataclass(eq=False, kw_only=True)
class Session:
    """A signed-in browser, known by the fingerprint of the token it carries.

    `remembered`: it outlives the browser's window. `proven_at`: when they last showed who they are; `strong`: with two
    factors. `version` is that of its owner's account as they were let in: with the next one it leads nowhere, or who
    changes a password could not keep out who is just being let in by the old one. None: it began before there was any.
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
    version: int | None = None

    def is_of(self, user: User) -> bool:
        """Whether its owner's account is still at the version at which it began."""
        return self.version in (None, user.version)

    def is_fresh(self, now: datetime, grace: timedelta = timedelta()) -> bool:
        """Whether who they are was shown so lately that dangerous acts need not ask again."""
        return self.proven_at is not None and self.proven_at > now - FRESH - grace

    def is_over(self, now: datetime) -> bool:
        """Whether it was unused for too long, or is too old."""
        term = TERMS[self.remembered]
        return self.seen_at < now - term.idle or self.created_at < now - term.longest

    def __str__(self) -> str:
        return f"{in_words(self.agent)}, {self.address}" if self.address else in_words(self.agent)


class SessionDesk:
    """Opens, finds and ends sessions."""

    def __init__(self, sessions: Sessions, users: Users, secrets: Secrets, clock: Clock) -> None:
        self._sessions, self._users, self._secrets, self._clock = sessions, users, secrets, clock

    def open(self, user: User, address: str, agent: str, *, remembered: bool = True, strong: bool = False) -> str:
        """Open a session and return its token, which is stored nowhere."""
        token, now = self._secrets.new_token(), self._clock.now()
        if user.seen_at is None or user.seen_at < now - TOUCH:
            self._users.note_seen(user.id, now)
        self._sessions.add(
            Session(
                id=self._secrets.fingerprint(token),
                user_id=user.id,
                created_at=now,
                seen_at=now,
                address=address[:64],
                agent=agent[:200],
                remembered=remembered,
                proven_at=now,
                strong=strong,
                version=user.version,
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
        return (found, session) if found.active and session.is_of(found) else None

    def user(self, token: str) -> User | None:
        """Return the active user whose session this is, or None when it ended."""
        recognised = self.recognise(token)
        return recognised[0] if recognised else None

    def is_worth_a_touch(self, session: Session) -> bool:
        """Whether its use was last noted more than a minute ago, so that noting it is worth a transaction."""
        return session.seen_at < self._clock.now() - TOUCH

    def touch(self, token: str, address: str = "") -> None:
        """Note that the session is in use, and from where; at most once a minute does it write."""
        session = self._sessions.find(self._secrets.fingerprint(token))
        if session is not None and self.is_worth_a_touch(session):
            now = self._clock.now()
            self._sessions.note_seen(session.id, now, address[:64] or session.address)
            self._users.note_seen(session.user_id, now)

    def is_fresh(self, session: Session, *, sends: bool = False) -> bool:
        """Whether dangerous acts need not ask again who they are; a form that is sent has some minutes more."""
        return session.is_fresh(self._clock.now(), GRACE if sends else timedelta())

    def renew(self, token: str, *, strong: bool = False) -> str:
        """Give a session a new token, for its owner has just shown who they are (`strong`: by two factors).

        The old token leads nowhere from now on; the session is no younger for it. Raises `NotFound` when it ended.
        """
        old, now = self._sessions.find(self._secrets.fingerprint(token)), self._clock.now()
        if old is None or not self._sessions.remove(old.id):
            raise _ended()
        renewed = self._secrets.new_token()
        fingerprint = self._secrets.fingerprint(renewed)
        self._sessions.add(replace(old, id=fingerprint, seen_at=now, proven_at=now, strong=old.strong or strong))
        return renewed

    def of(self, user: User) -> list[Session]:
        """The sessions of a user that go on, the last used first; not more than a hundred."""
        now = self._clock.now()
        return [
            session
            for session in self._sessions.of(user.id, MOST_LISTED)
            if not session.is_over(now) and session.is_of(user)
        ]

    def weaken(self, user: User) -> None:
        """Count no session of a user as begun with two factors any more: there is but one now."""
        for session in self._sessions.of(user.id, MOST_LISTED):
            session.strong = False

    def close(self, token: str) -> None:
        """End the session of this token."""
        self._sessions.remove(self._secrets.fingerprint(token))

    def close_one(self, user: User, session_id: str) -> Session:
        """End one of a user's own sessions. Raises `NotFound` for one that ended, and for somebody else's."""
        session = self._sessions.find(session_id)
        if session is None or session.user_id != user.id:
            raise _ended()
        self._sessions.remove(session.id)
        return session

    def close_others(self, user: User, token: str) -> int:
        """End every session of a user but the one of this token, and every token for programs; return how many
        sessions."""
        changed, own = self._users.get(user.id), self._secrets.fingerprint(token)
        changed.version += 1
        if (kept := self._sessions.find(own)) is not None:
            kept.version = changed.version
        return self._sessions.remove_all(user.id, but=own)

    def close_all(self, user: User) -> int:
        """End every session of a user, and with a new version of the account every token; return how many sessions."""
        user.version += 1
        return self._sessions.remove_all(user.id)

    def end(self, session_id: str, by: User) -> Session:
        """End anybody's session by an administrator's word. Raises `NotFound`, and `Forbidden` for one above them."""
        session = self._sessions.find(session_id)
        if session is None:
            raise _ended()
        role = self._users.get(session.user_id).role
        if not by.outranks(role):
            raise Forbidden(f"Your role is {by.role}; only a {role} may do this. Ask one of them.")
        self._sessions.remove(session.id)
        return session

    @every("forget-sessions", "17 * * * *")
    @task("accounts.forget-sessions", queue="upkeep", priority=8)
    def forget_idle(self, run: Run) -> dict[str, Any]:
        """Forget sessions that ended by themselves: unused for too long, or too old."""
        return {"forgotten": sum(self._forget(remembered, term) for remembered, term in TERMS.items())}

    def _forget(self, remembered: bool, term: Term) -> int:
        now = self._clock.now()
        return self._sessions.remove_over(remembered, unseen_since=now - term.idle, begun_before=now - term.longest)


def _ended() -> NotFound:
    return NotFound("This session has ended already. Look at the list again.")
