"""Lets people in, slowly where somebody guesses; it knows neither the form nor the cookie."""

from __future__ import annotations

from core.domain.accounts.guard import Guard
from core.domain.accounts.people import PASSWORD_MOST, User
from core.domain.accounts.sessions import SessionDesk
from core.ports.repositories import Users
from core.ports.secrets import Secrets
from core.ports.unit_of_work import UnitOfWork


class SignIn:
    """Checks who somebody says they are. It opens its own transactions: hashing holds none."""

    def __init__(self, unit_of_work: UnitOfWork, users: Users, guard: Guard, desk: SessionDesk) -> None:
        self._unit_of_work, self._users, self._guard, self._desk = unit_of_work, users, guard, desk

    def attempt(self, secrets: Secrets, email: str, password: str, *, address: str, agent: str) -> str | None:
        """Return a session's token, or None when address and password do not fit. Raises `TooMany`.

        An unknown address, a wrong password and a deactivated account take the same time and the same answer.
        """
        with self._unit_of_work.transaction():
            self._guard.admit(email, address)
            found = self._users.by_email(email)
            encoded = found.password_hash if found is not None and found.active else None
        fits = secrets.verify(encoded, password[:PASSWORD_MOST])
        renewed = secrets.hash(password) if fits and encoded and secrets.is_outdated(encoded) else encoded
        with self._unit_of_work.transaction():
            user = self._users.by_email(email) if found is not None else None
            if user is None or not fits or user.password_hash != encoded or not user.active:
                self._guard.failed(user)
                return None
            user.password_hash = renewed
            return self._welcome(user, email, address=address, agent=agent)

    def _welcome(self, user: User, email: str, *, address: str, agent: str) -> str:
        self._guard.succeeded(user, email, address)
        return self._desk.open(user, address, agent)
