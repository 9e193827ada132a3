"""People who may sign in, how they do, and what slows down who guesses; it knows no cookie and no hash algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Invalid, TooMany
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.repositories import Sessions, Tries, Users
from core.ports.secrets import Secrets
from core.ports.unit_of_work import UnitOfWork

ROLES = ("member", "staff", "admin", "super-admin")
PASSWORD_LEAST, PASSWORD_MOST = 10, 256
SESSION_IDLE = timedelta(days=14)
SESSION_TOUCH = timedelta(minutes=1)
FORGET_TRIES = timedelta(hours=24)
FREE_TRIES = {"pair": 4, "address": 30, "account": 50}
LONGEST_WAIT = {"pair": 900.0, "address": 900.0, "account": 5.0}
"""Seconds. The wait on an account as such stays short: a stranger must not be able to lock its owner out."""


@dataclass(eq=False, kw_only=True)
class User:
    """Someone who may sign in. `password_hash` is None until a password was set."""

    id: str
    email: str
    name: str
    role: str = "member"
    active: bool = True
    password_hash: str | None = None
    must_change_password: bool = False
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.email = listed.take("email", rules.email, self.email) or self.email
        self.name = listed.take("name", rules.one_line, self.name, "The name", 100) or self.name
        listed.take("role", rules.choice, self.role, "The role", ROLES)
        listed.close()

    @property
    def may_administer(self) -> bool:
        """Whether the admin panel opens for this user."""
        return self.active and self.role in ("staff", "admin", "super-admin")

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(eq=False, kw_only=True)
class Session:
    """A signed-in browser, known by the fingerprint of the token it carries."""

    id: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    address: str = ""
    agent: str = ""


@dataclass(eq=False, kw_only=True)
class Try:
    """Failed sign-ins under one key (an address, an account, or the pair) and when the last one was."""

    key: str
    kind: str
    failures: int
    last_at: datetime

    def wait(self, now: datetime) -> float:
        """Seconds until the next try is let in: doubling from 1 s once the free tries are used up."""
        over = self.failures - FREE_TRIES[self.kind]
        if over <= 0:
            return 0.0
        pause = min(LONGEST_WAIT[self.kind], 2.0 ** min(over - 1, 20))
        return max(0.0, min(pause, pause - (now - self.last_at).total_seconds()))


class Guard:
    """Slows down guessing, per account and per address, for all processes alike (it counts in the database)."""

    def __init__(self, tries: Tries, clock: Clock) -> None:
        self._tries, self._clock = tries, clock

    def admit(self, email: str, address: str) -> None:
        """Let a try in, or raise `TooMany` with the seconds to wait."""
        now = self._clock.now()
        wait = max((counted.wait(now) for counted in self._tries.find(list(_keys(email, address)))), default=0.0)
        if wait > 0:
            raise TooMany(f"Too many tries to sign in. Wait {ceil(wait)} seconds, then try again.", ceil(wait))

    def failed(self, email: str, address: str) -> None:
        """Count a failed try."""
        now, keys = self._clock.now(), _keys(email, address)
        known = {counted.key: counted for counted in self._tries.find(list(keys))}
        for key, kind in keys.items():
            counted = known.get(key) or Try(key=key, kind=kind, failures=0, last_at=now)
            counted.failures, counted.last_at = counted.failures + 1, now
            self._tries.keep(counted)

    def succeeded(self, email: str, address: str) -> None:
        """Forget the failures of this account from this address; those of others stay counted."""
        self._tries.remove([key for key, kind in _keys(email, address).items() if kind == "pair"])


def _keys(email: str, address: str) -> dict[str, str]:
    account = email.strip().lower()[:254]
    return {f"{account}|{address}": "pair", f"|{address}": "address", f"{account}|": "account"}


class SessionDesk:
    """Opens, finds and ends sessions."""

    def __init__(self, sessions: Sessions, users: Users, secrets: Secrets, clock: Clock) -> None:
        self._sessions, self._users, self._secrets, self._clock = sessions, users, secrets, clock

    def open(self, user: User, address: str, agent: str) -> str:
        """Open a session and return its token, which is stored nowhere."""
        token, now = self._secrets.new_token(), self._clock.now()
        fingerprint = self._secrets.fingerprint(token)
        self._sessions.add(
            Session(id=fingerprint, user_id=user.id, created_at=now, seen_at=now, address=address, agent=agent[:200])
        )
        return token

    def user(self, token: str) -> User | None:
        """Return the active user whose session this is, or None when it ended."""
        session = self._sessions.find(self._secrets.fingerprint(token))
        if session is None or session.seen_at < self._clock.now() - SESSION_IDLE:
            return None
        found = self._users.get(session.user_id)
        return found if found.active else None

    def touch(self, token: str) -> None:
        """Note that the session is in use; at most once a minute does it write."""
        session, now = self._sessions.find(self._secrets.fingerprint(token)), self._clock.now()
        if session is not None and session.seen_at < now - SESSION_TOUCH:
            session.seen_at = now

    def close(self, token: str) -> None:
        """End the session of this token."""
        self._sessions.remove(self._secrets.fingerprint(token))

    def close_all(self, user: User) -> int:
        """End every session of a user; return how many there were."""
        return self._sessions.remove_all(user.id)

    @every("forget-sessions", "17 * * * *")
    @task("accounts.forget-sessions", queue="upkeep", priority=8)
    def forget_idle(self, run: Run) -> dict[str, Any]:
        """Forget sessions that nobody used for 14 days."""
        return {"forgotten": self._sessions.remove_unseen_since(self._clock.now() - SESSION_IDLE)}


class SignIn:
    """Lets people in, slowly where somebody guesses. It opens its own transactions: hashing holds none."""

    def __init__(self, unit_of_work: UnitOfWork, users: Users, guard: Guard, desk: SessionDesk) -> None:
        self._unit_of_work, self._users, self._guard, self._desk = unit_of_work, users, guard, desk

    def attempt(self, secrets: Secrets, email: str, password: str, *, address: str, agent: str) -> str | None:
        """Return a session's token, or None when address and password do not fit. Raises `TooMany`."""
        with self._unit_of_work.transaction():
            self._guard.admit(email, address)
            found = self._users.by_email(email)
            encoded = found.password_hash if found is not None and found.active else None
        fits = secrets.verify(encoded, password[:PASSWORD_MOST])
        with self._unit_of_work.transaction():
            if not fits or found is None:
                self._guard.failed(email, address)
                return None
            return self._welcome(secrets, self._users.get(found.id), password, address=address, agent=agent)

    def _welcome(self, secrets: Secrets, user: User, password: str, *, address: str, agent: str) -> str:
        if user.password_hash and secrets.is_outdated(user.password_hash):
            user.password_hash = secrets.hash(password)
        self._guard.succeeded(user.email, address)
        return self._desk.open(user, address, agent)


class Accounts:
    """Makes users and changes their passwords."""

    def __init__(self, users: Users, secrets: Secrets, desk: SessionDesk, clock: Clock) -> None:
        self._users, self._secrets, self._desk, self._clock = users, secrets, desk, clock

    def create(self, email: str, name: str, role: str, password: str, *, must_change: bool = False) -> User:
        """Make a user. Raises `Invalid` for a bad field, `Conflict` when the address is taken."""
        now = self._clock.now()
        user = User(id=new_id("usr", now), email=email, name=name, role=role, created_at=now, updated_at=now)
        user.check()
        if self._users.by_email(user.email) is not None:
            raise Conflict(f"{user.email} already has an account. Use another address, or change that account.")
        self._set(user, password, must_change=must_change)
        self._users.add(user)
        return user

    def first_admin(self, email: str, password: str | None) -> str | None:
        """Make the super-admin if there is none; return the one-time password made up for it, if one was."""
        if self._users.super_admins():
            return None
        one_time = None if password else self._secrets.new_token()[:16]
        self.create(email, "Administrator", "super-admin", password or one_time or "", must_change=password is None)
        return one_time

    def change_password(self, user: User, password: str, *, must_change: bool = False) -> None:
        """Set a new password and end every session of the user. Raises `Invalid`."""
        self._set(user, password, must_change=must_change)
        self._desk.close_all(user)

    def super_admin_addresses(self) -> list[str]:
        """Where alerts and contact messages go."""
        return [user.email for user in self._users.super_admins()]

    def _set(self, user: User, password: str, *, must_change: bool) -> None:
        check_password(password, (user.email.split("@")[0], user.name))
        user.password_hash, user.must_change_password = self._secrets.hash(password), must_change
        user.updated_at = self._clock.now()


def check_password(password: str, context: Sequence[str] = ()) -> None:
    """Raise `Invalid` unless it has 10 to 256 characters and is not the person's own name (NIST SP 800-63B 3.1.1)."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Invalid({"password": f"The password must have {PASSWORD_LEAST} to {PASSWORD_MOST} characters."})
    if len(set(password)) < 4 or password.lower() in {word.lower() for word in context}:
        raise Invalid({"password": "This password is too easy to guess. Take a longer, less regular one."})
