"""Signing in with an account somewhere else: asking who somebody is, and keeping whom they are with us.

No word here of any provider. An identity is (issuer, subject), which no provider gives to anybody else; an e-mail
address is not one, for it can change hands (OpenID Connect Core 1.0, 5.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.social import Attempt, Identity


@dataclass(frozen=True, kw_only=True)
class Trip:
    """One way of a browser to a provider and back to `back`, our address.

    `state` finds it again (RFC 6749, 10.12), `nonce` ties the answer to it (OpenID Connect Core, 3.1.2.1), `verifier`
    shows that who fetches the answer is who asked (PKCE, RFC 7636). `anew`: they are to show again who they are.
    """

    state: str
    nonce: str
    verifier: str
    back: str
    anew: bool = False


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Who somebody is, in the words of a provider. `verified`: it says that `email` is theirs."""

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A provider that people may choose: its name in addresses, what it is called, and the origins of its own pages."""

    name: str
    label: str
    origins: tuple[str, ...] = ()


class Provider(Protocol):
    """Knows people by accounts of its own."""

    def send(self, trip: Trip) -> str:
        """Return the address that a browser is to be sent to. Raises `Unavailable`."""
        ...

    def meet(self, code: str, trip: Trip) -> Claims:
        """Return who it is that came back with `code`, which works once.

        Raises `Rejected` where the answer is not to be believed: the code is used up, or what it brings was meant for
        another time, browser or site. Raises `Unavailable`, and `Unanswered` where the code may be used up by now.
        """
        ...


class Identities(Protocol):
    """Accounts elsewhere, and whose they are here. Every method acts in the open transaction or reading block."""

    def add(self, identity: Identity) -> None:
        """Keep a new one. Raises `Conflict` when somebody has it already."""
        ...

    def get(self, identity_id: str) -> Identity:
        """Return one. Raises `NotFound`."""
        ...

    def find(self, issuer: str, subject: str) -> Identity | None:
        """Return the one of this issuer and subject, or None."""
        ...

    def of(self, user_id: str) -> Sequence[Identity]:
        """Those of a user, oldest first."""
        ...

    def hold(self, user_id: str) -> Sequence[Identity]:
        """The same, held until the transaction ends: two that are taken away at once are not both the last but one."""
        ...

    def remove(self, identity_id: str) -> None:
        """Forget one; an unknown one is no error."""
        ...


class Attempts(Protocol):
    """Ways to a provider that were begun. Every method acts in the open transaction or reading block."""

    def add(self, attempt: Attempt) -> None:
        """Keep a new one."""
        ...

    def find(self, attempt_id: str) -> Attempt | None:
        """Return one, or None."""
        ...

    def use(self, attempt_id: str, now: datetime) -> bool:
        """Mark it as used; False when it was used already, whoever else is at it at this moment."""
        ...

    def remove_before(self, instant: datetime) -> int:
        """Forget those that were over before then; return how many."""
        ...
