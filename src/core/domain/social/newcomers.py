"""Accounts for people whom nobody here knows yet: made with what their provider says, and a name they choose; they have
no password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts import Accounts, User
from core.domain.kernel.errors import Invalid
from core.domain.kernel.ids import new_id
from core.domain.social.connections import Connections
from core.domain.social.trips import Attempt, Refused, Trips, Why
from core.domain.tasks import Outbox
from core.ports.repositories import Users
from core.ports.social import Claims

NEEDED = "Choose a username: it stands in the address of your page."
TAKEN = "Somebody has this username already. Take another one."
HAS_ONE = "There is an account with this address. Sign in to it once, then connect."


@dataclass(frozen=True)
class JoinAsked:
    """Somebody wants an account with an address that is to be confirmed first."""

    attempt_id: str


@dataclass(frozen=True)
class Guests:
    """Who is here and who waits to be let in."""

    users: Users
    accounts: Accounts


class Newcomers:
    """Makes accounts for people who came back from a provider.

    Where the provider does not say that the address is theirs, no account is made before the mailbox has answered: so
    nobody sits on another's address, or learns whether it has an account.
    """

    def __init__(self, guests: Guests, trips: Trips, connections: Connections, outbox: Outbox) -> None:
        self._users, self._accounts = guests.users, guests.accounts
        self._trips, self._connections, self._outbox = trips, connections, outbox

    def propose(self, attempt_id: str, browser: str, now: datetime) -> tuple[Attempt, Claims, dict[str, str]]:
        """Return the way, who came back, and what they may be called here. Raises `Refused` for another browser."""
        attempt, claims = self._trips.waiting(attempt_id, browser)
        if attempt.wish is not None:
            return attempt, claims, {name: attempt.wish[name] for name in ("username", "name", "email")}
        drafted = _draft(claims.email or claims.name, claims.name, now)  # an address is cut before its @
        return attempt, claims, {"username": self._accounts.free_username(drafted), "name": drafted.name, "email": ""}

    def join(
        self, attempt_id: str, browser: str, now: datetime, *, username: str, name: str, email: str = ""
    ) -> tuple[Attempt, User | None]:  # fmt: skip
        """Make the account and connect it, in the open transaction; None where a link was mailed that does so.

        The address is the provider's; `email` is taken where it gave none. Raises `Invalid` naming each bad field, and
        `Refused` for another browser.
        """
        attempt, claims = self._trips.waiting(attempt_id, browser)
        user = _draft(claims.email or email.strip(), name, now)
        user.username = username.strip()
        self._check(user)
        if not (claims.email and claims.verified):
            attempt.ask_for(now, username=user.username, name=user.name, email=user.email)
            self._outbox.publish(JoinAsked(attempt.id))
            return attempt, None
        if self._users.by_email(user.email) is not None:
            raise Invalid({"email": HAS_ONE})
        return attempt, self._make(attempt, user, claims, now)

    def finish(self, attempt_id: str, browser: str, now: datetime) -> tuple[Attempt, User]:
        """Make the account that somebody asked for, whose mailbox has answered: they opened its link.

        Only in the browser that came from the provider, or who reads the mail would connect their account with what a
        stranger signed in to. A username that was given away meanwhile is replaced. Raises `Refused`.
        """
        attempt, claims = self._trips.waiting(attempt_id, browser)
        if attempt.wish is None:
            raise Refused(Why.EXPIRED, "There is no account to make. Begin again.", attempt.provider)
        user = _draft(attempt.wish["email"], attempt.wish["name"], now)
        if self._users.by_email(user.email) is not None:
            raise Refused(Why.TAKEN, HAS_ONE, attempt.provider, email=user.email)
        is_free = self._users.by_username(attempt.wish["username"]) is None
        user.username = attempt.wish["username"] if is_free else self._accounts.free_username(user)
        return attempt, self._make(attempt, user, claims, now)

    def _make(self, attempt: Attempt, user: User, claims: Claims, now: datetime) -> User:
        user.verified_at = now
        self._users.add(user)
        attempt.claims = attempt.wish = None
        self._connections.tie_first(user, attempt.provider, claims, now)
        return user

    def _check(self, user: User) -> None:
        wrong = {} if user.username else {"username": NEEDED}
        try:
            user.check()
        except Invalid as invalid:
            wrong |= invalid.fields
        if user.username and self._users.by_username(user.username) is not None:
            wrong.setdefault("username", TAKEN)
        if wrong:
            raise Invalid(wrong)


def _draft(email: str, name: str, now: datetime) -> User:
    return User(
        id=new_id("usr", now), email=email, name=(name or email.partition("@")[0])[:100], created_at=now, updated_at=now
    )  # fmt: skip
