"""Lets people in, slowly where somebody guesses; it knows neither the form nor the cookie."""

from __future__ import annotations

from core.domain.accounts.guard import Guard
from core.domain.accounts.passwords import PASSWORD_MOST
from core.domain.accounts.people import User
from core.domain.accounts.sessions import SessionDesk
from core.ports.repositories import Users
from core.ports.secrets import Secrets
from core.ports.unit_of_work import UnitOfWork


class SignIn:
    """Checks who somebody says they are. It opens its own transactions: hashing holds none."""

    def __init__(self, unit_of_work: UnitOfWork, users: Users, guard: Guard, desk: SessionDesk) -> None:
        self._unit_of_work, self._users, self._guard, self._desk = unit_of_work, users, guard, desk

    def attempt(self, secrets: Secrets, who: str, password: str, *, address: str) -> User | None:
        """Return whose e-mail address or username and password these are, or None. Raises `TooMany`.

        Somebody unknown, a wrong password and a deactivated account take the same time and the same answer.
        """
        with self._unit_of_work.transaction():
            found = self._users.by_email(who) or self._users.by_username(who)
            named = found.email if found is not None else who
            self._guard.admit(named, address)
            encoded = found.password_hash if found is not None and found.active else None
        fits = secrets.verify(encoded, password[:PASSWORD_MOST])
        renewed = secrets.hash(password) if fits and encoded and secrets.is_outdated(encoded) else encoded
        with self._unit_of_work.transaction():
            user = self._users.by_email(named) if found is not None else None
            if user is None or not fits or user.password_hash != encoded or not user.active:
                self._guard.failed(user)
                return None
            user.password_hash = renewed
            self._guard.succeeded(user, address)
            return user

    def welcome(self, user: User, *, address: str, agent: str, remembered: bool, strong: bool = False) -> str:
        """Begin a session of somebody who showed who they are (`strong`: by two factors); return its token."""
        with self._unit_of_work.transaction():
            self._guard.let_in(user)
            return self._desk.open(user, address, agent, remembered=remembered, strong=strong)
