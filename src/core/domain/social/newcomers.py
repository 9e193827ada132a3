"""Accounts for people whom nobody here knows yet: made with what their provider says, and a name they choose; they have
no password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts import Accounts, User
from core.domain.accounts.sign_up import TAKEN, SignUp, chosen_username
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from core.domain.kernel.ids import new_id
from core.domain.social.connections import Connections
from core.domain.social.trips import Attempt, Refused, Trips, Why
from core.domain.tasks import Outbox
from core.ports.social import Claims

HAS_ONE = "There is an account with this address. Sign in to it once, then connect."


@dataclass(frozen=True)
class JoinAsked:
    """Somebody wants an account with an address that is to be confirmed first."""

    attempt_id: str


@dataclass(frozen=True)
class Guests:
    """Those who have an account, and those whose address is still to be confirmed."""

    accounts: Accounts
    sign_up: SignUp


class Newcomers:
    """Makes accounts for people who came back from a provider.

    Where the provider does not say that the address is theirs, no account is made before the mailbox has answered: so
    nobody sits on another's address, or learns whether it has an account.
    """

    def __init__(self, guests: Guests, trips: Trips, connections: Connections, outbox: Outbox) -> None:
        self._accounts, self._sign_up = guests.accounts, guests.sign_up
        self._trips, self._connections, self._outbox = trips, connections, outbox

    def propose(self, attempt_id: str, browser: str, now: datetime) -> tuple[Attempt, Claims, dict[str, str]]:
        """Return the way, who came back, and what they may be called here. Raises `Refused` for another browser."""
        attempt, claims = self._trips.waiting(attempt_id, browser)
        if attempt.wish is not None:
            return attempt, claims, {name: attempt.wish[name] for name in ("username", "name", "email")}
        name = claims.name[:100] or claims.email.partition("@")[0]
        return attempt, claims, {"username": self._free_username(claims, now), "name": name, "email": ""}

    def join(
        self, attempt_id: str, browser: str, now: datetime, *, username: str, name: str, email: str = ""
    ) -> tuple[Attempt, User | None]:  # fmt: skip
        """Make the account and connect it, in the open transaction; None where a link was mailed that does so.

        The address is the provider's; `email` is taken where it gave none. Raises `Invalid` naming each bad field, and
        `Refused` for another browser.
        """
        attempt, claims = self._trips.waiting(attempt_id, browser)
        wish = self._checked(username, name, claims.email or email)
        if not (claims.email and claims.verified):
            attempt.ask_for(now, **wish)
            self._outbox.publish(JoinAsked(attempt.id))
            return attempt, None
        if self._accounts.with_address(wish["email"]) is not None:
            raise Invalid({"email": HAS_ONE})
        return attempt, self._make(attempt, wish, claims, now)

    def finish(self, attempt_id: str, browser: str, now: datetime) -> tuple[Attempt, User]:
        """Make the account that somebody asked for, whose mailbox has answered: they opened its link.

        Only in the browser that came from the provider, or who reads the mail would connect their account with what a
        stranger signed in to. A username that was given away meanwhile is replaced. Raises `Refused`.
        """
        attempt, claims = self._trips.waiting(attempt_id, browser)
        if attempt.wish is None:
            raise Refused(Why.EXPIRED, "There is no account to make. Begin again.", attempt.provider)
        if self._accounts.with_address(attempt.wish["email"]) is not None:
            raise Refused(Why.TAKEN, HAS_ONE, attempt.provider, email=attempt.wish["email"])
        return attempt, self._make(attempt, attempt.wish, claims, now)

    def _make(self, attempt: Attempt, wish: Mapping[str, str], claims: Claims, now: datetime) -> User:
        user = self._accounts.join(wish["email"], wish["name"], wish["username"], None)
        attempt.claims = attempt.wish = None
        self._connections.tie_first(user, attempt.provider, claims, now)
        return user

    def _checked(self, username: str, name: str, email: str) -> dict[str, str]:
        listed = rules.Checklist()
        wish = {
            "username": listed.take("username", chosen_username, username) or "",
            "name": listed.take("name", rules.one_line, name, "Your name", 100) or "",
            "email": listed.take("email", rules.email, email, "Your e-mail address") or "",
        }
        if wish["username"] and self._sign_up.is_taken(wish["username"], wish["email"]):
            listed.fields["username"] = TAKEN
        listed.close()
        return wish

    def _free_username(self, claims: Claims, now: datetime) -> str:
        """One that they could take, after their address (cut before its @) or their name."""
        called = claims.email or claims.name
        drafted = User(id=new_id("usr", now), email=called, name=claims.name, created_at=now, updated_at=now)
        free = self._accounts.free_username(drafted)
        try:
            return chosen_username(free)
        except ValueError:
            return f"{free[:26]}-{drafted.id[-8:]}"
