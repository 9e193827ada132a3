"""Lets people in, slowly where somebody guesses; it knows neither the form nor the cookie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from core.domain.accounts.factors import FactorDesk
from core.domain.accounts.guard import Guard
from core.domain.accounts.passwords import PASSWORD_MOST
from core.domain.accounts.people import User
from core.domain.accounts.sessions import SessionDesk
from core.domain.kernel.errors import Conflict, Forbidden, NotFound, Unavailable
from core.ports.repositories import Users
from core.ports.secrets import Secrets
from core.ports.unit_of_work import UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Where somebody comes in from, and how: by which browser, and whether the session outlives its window."""

    address: str
    agent: str
    remembered: bool


class SignIn:
    """Checks who somebody says they are. It opens its own blocks: hashing holds none, and what was read of them before
    counts after it too: should it change meanwhile, their session is of a version that is over.

    The blocks are `lazy`: a sign-in that a crash of the database's server undoes was used for nothing that is left, for
    whatever is on disk took all that was written before it there too (decision 26)."""

    def __init__(
        self, unit_of_work: UnitOfWork, users: Users, guard: Guard, desk: SessionDesk, factors: FactorDesk
    ) -> None:
        self._unit_of_work, self._users, self._guard, self._desk = unit_of_work, users, guard, desk
        self._factors = factors

    def attempt(self, secrets: Secrets, who: str, password: str, *, address: str) -> User | None:
        """Return whose e-mail address or username and password these are (to be read only), or None. Raises `TooMany`,
        `Unavailable`.

        Somebody unknown and a wrong password take the same time and the same answer. Only who has the right password
        hears that the account is suspended, and why (`Forbidden`).
        """
        return self._attempt(secrets, who, password, address, lambda user, has_second: user)

    def enter(self, secrets: Secrets, who: str, password: str, visit: Visit) -> tuple[User, str | None] | None:
        """The same, and `welcome` them in the block that settles their try; return them and the token."""

        def welcome(user: User, has_second: bool) -> tuple[User, str | None]:
            return user, None if has_second else self._let_in(user, visit)

        return self._attempt(secrets, who, password, visit.address, welcome)

    def welcome(self, user: User, visit: Visit, *, strong: bool = False) -> str | None:
        """Begin a session of somebody who showed who they are; return its token.

        None when they have a second factor to show first, unless they just did (`strong`).
        """
        with self._unit_of_work.transaction():
            has_second = not strong and self._factors.is_on(user)
            return None if has_second else self._let_in(user, visit, strong=strong)

    def _attempt(
        self, secrets: Secrets, who: str, password: str, address: str, then: Callable[[User, bool], T]
    ) -> T | None:
        with self._unit_of_work.lazy():
            caller = self._guard.admit(who, address)
        user, encoded = caller.user, caller.user.password_hash if caller.user else None
        fits, renewed = self._compare(secrets, encoded, password, (who, address))
        if user is None or not fits or not user.active:
            with self._unit_of_work.lazy():
                self._guard.failed(user)
            if user is None or not fits:
                return None
            raise suspended(user)
        try:
            with self._unit_of_work.lazy():
                if renewed != encoded:
                    self._keep(user, renewed)
                outcome = then(user, caller.has_second)
                self._guard.succeeded(who, address)
        except (Conflict, NotFound):
            return None  # the account was erased meanwhile, or its password changed
        return outcome

    def _compare(
        self, secrets: Secrets, encoded: str | None, password: str, tried: tuple[str, str]
    ) -> tuple[bool, str | None]:
        """Whether a password fits, and the hash to keep from now on; no connection is held while it waits its turn."""
        try:
            fits = secrets.verify(encoded, password[:PASSWORD_MOST])
            outdated = fits and encoded is not None and secrets.is_outdated(encoded)
            return fits, secrets.hash(password) if outdated else encoded
        except Unavailable:
            with self._unit_of_work.transaction():
                self._guard.excuse(*tried)
            raise

    def _keep(self, user: User, renewed: str | None) -> None:
        """Keep a password's hash made anew, unless the password was changed meanwhile."""
        now = self._users.get(user.id)
        if now.password_hash == user.password_hash:
            now.password_hash = renewed

    def _let_in(self, user: User, visit: Visit, *, strong: bool = False) -> str:
        self._guard.let_in(user)
        return self._desk.open(user, visit.address, visit.agent, remembered=visit.remembered, strong=strong)


def suspended(user: User) -> Forbidden:
    """What a suspended user hears once they have shown who they are."""
    why = f": {user.suspension.rstrip('.')}" if user.suspension else ""
    until = f" until {user.suspended_until:%d %b %Y, %H:%M} UTC" if user.suspended_until else ""
    return Forbidden(
        f"This account is suspended{until}{why}. Write to us by the contact form if you think that is a mistake."
    )
