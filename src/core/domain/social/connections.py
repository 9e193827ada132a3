"""Which account elsewhere belongs to whom here: by proof of both, and never by an e-mail address alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from core.domain.accounts import User, proven
from core.domain.accounts.sign_in import suspended
from core.domain.audit import Audit
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.kernel.ids import new_id
from core.domain.social.desk import Arrival
from core.domain.social.trips import Purpose, Refused, Why
from core.domain.tasks import Outbox
from core.ports.repositories import Users
from core.ports.social import Claims, Identities


@dataclass(eq=False, kw_only=True)
class Identity:
    """An account elsewhere that signs a user in. `email` and `name` are what the provider last said, for people to
    recognise it by; nothing is decided by them."""

    id: str
    user_id: str
    provider: str
    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    created_at: datetime
    used_at: datetime

    def __str__(self) -> str:
        return f"{self.provider}: {self.email or self.name or self.subject}"

    def see(self, claims: Claims, now: datetime) -> None:
        """Note that it was used, and how the provider calls it now."""
        self.email, self.name, self.used_at = claims.email[:254], claims.name[:100], now


@dataclass(frozen=True)
class Tied:
    """An account elsewhere signs somebody in from now on."""

    user_id: str
    provider: str
    known_as: str


@dataclass(frozen=True)
class Parted:
    """It does so no longer."""

    user_id: str
    provider: str
    known_as: str


class Connections:
    """Connects accounts elsewhere with accounts here, and takes them apart."""

    def __init__(self, identities: Identities, users: Users, outbox: Outbox, audit: Audit) -> None:
        self._identities, self._users, self._outbox, self._audit = identities, users, outbox, audit

    def of(self, user: User) -> Sequence[Identity]:
        """What a user is connected with, oldest first."""
        return self._identities.of(user.id)

    def whose(self, arrival: Arrival, now: datetime, *, trusted: Collection[str] = ()) -> User | None:
        """Return who here is known by the account that came back, or None for nobody.

        `trusted` are the providers whose word for an address is enough to connect with the account that has it; both
        sides must have had it confirmed, or who makes an account in another's name would be joined by them. Raises
        `Refused` when that account is suspended, or when somebody here has the address and has not connected: they sign
        in first and connect then, which proves both. Of an address that the provider does not confirm nothing is said
        here: whether it has an account is told in its mailbox only, once they ask for one.
        """
        claims, provider = arrival.claims, arrival.attempt.provider
        found = self._identities.find(claims.issuer, claims.subject)
        if found is not None:
            found.see(claims, now)
            return self._active(self._users.get(found.user_id), arrival)
        owner = self._users.by_email(claims.email) if claims.email and claims.verified else None
        if owner is None:
            return None
        if provider not in trusted or owner.verified_at is None:
            _refuse_to_merge(arrival)
        self._tie(self._active(owner, arrival), provider, claims, now)
        return owner

    def connect(self, user: User, arrival: Arrival, now: datetime) -> None:
        """Connect the account that came back with a user who is signed in and asked for it.

        Raises `Refused`, and `Conflict` where their address is not proven.
        """
        self._is_still(user, arrival, Purpose.CONNECT)
        proven(user)
        found = self._identities.find(arrival.claims.issuer, arrival.claims.subject)
        if found is None:
            self._tie(user, arrival.attempt.provider, arrival.claims, now)
        elif found.user_id == user.id:
            found.see(arrival.claims, now)
        else:
            sentence = "That account is connected with another account here. Disconnect it there first."
            raise Refused(Why.ELSEWHERE, sentence, arrival.attempt.provider, arrival.attempt.onward)

    def prove(self, user: User, arrival: Arrival, now: datetime) -> None:
        """Return when who came back is the user who is signed in. Raises `Refused`."""
        self._is_still(user, arrival, Purpose.PROVE)
        found = self._identities.find(arrival.claims.issuer, arrival.claims.subject)
        if found is None or found.user_id != user.id:
            sentence = "That account is not connected with yours, so it does not show who you are."
            raise Refused(Why.SOMEBODY_ELSE, sentence, arrival.attempt.provider, arrival.attempt.onward)
        found.see(arrival.claims, now)

    def tie_first(self, user: User, provider: str, claims: Claims, now: datetime) -> None:
        """Connect a user who was made just now for this very account. Raises `Conflict` when it has one already."""
        if self._identities.find(claims.issuer, claims.subject) is not None:
            raise Conflict("You have an account already: sign in.")
        self._tie(user, provider, claims, now, told=False)

    def disconnect(self, user: User, identity_id: str, *, offered: Collection[str]) -> Identity:
        """Take an account elsewhere from a user. `offered` are the providers that somebody can sign in with now.

        Raises `NotFound` for one that is not theirs, `Conflict` when it is their last way in.
        """
        mine = self._identities.hold(user.id)
        found = next((identity for identity in mine if identity.id == identity_id), None)
        if found is None:
            raise NotFound("You have no such connection. It may have been taken away already; look at the list again.")
        others = [identity for identity in mine if identity is not found and identity.provider in offered]
        if not user.password_hash and not others:
            raise Conflict("This is your only way to sign in. Set a password or connect another account first.")
        self._identities.remove(found.id)
        self._outbox.publish(Parted(user.id, found.provider, found.email or found.name))
        self._audit.note("disconnected", "user", user.id, label=str(user), before=_told(found))
        return found

    def _tie(self, user: User, provider: str, claims: Claims, now: datetime, *, told: bool = True) -> None:
        made = Identity(
            id=new_id("idn", now), user_id=user.id, provider=provider, issuer=claims.issuer, subject=claims.subject,
            created_at=now, used_at=now,
        )  # fmt: skip
        made.see(claims, now)
        self._identities.add(made)
        if told:
            self._outbox.publish(Tied(user.id, provider, made.email or made.name))
        self._audit.note("connected", "user", user.id, label=str(user), after=_told(made), by=(user.id, str(user)))

    def _active(self, user: User, arrival: Arrival) -> User:
        if not user.active:
            raise Refused(Why.SUSPENDED, suspended(user).sentence, arrival.attempt.provider)
        return user

    def _is_still(self, user: User, arrival: Arrival, purpose: Purpose) -> None:
        """Who asked is who is signed in now: another one may have signed in on this browser meanwhile."""
        if arrival.attempt.user_id != user.id or arrival.attempt.purpose != purpose:
            sentence = "Somebody else asked for this. Begin again."
            raise Refused(Why.STRANGE, sentence, arrival.attempt.provider, arrival.attempt.onward)


def _refuse_to_merge(arrival: Arrival) -> NoReturn:
    sentence = "There is an account with this address. Sign in to it once, then connect."
    raise Refused(
        Why.TAKEN, sentence, arrival.attempt.provider, arrival.attempt.onward, email=arrival.claims.email
    )  # fmt: skip


def _told(identity: Identity) -> dict[str, str]:
    return {"provider": identity.provider, "account": identity.email or identity.name or identity.subject}
