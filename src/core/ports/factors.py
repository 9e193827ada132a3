"""Second factors: how each kind is shown, where they are kept, and who keeps their secrets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.accounts import Factor, RecoveryCode


class FactorKind(Protocol):
    """One way to show something besides the password: codes of an app, and some day a passkey."""

    def new_secret(self) -> str:
        """Return what this site and the person's device will share."""
        ...

    def invitation(self, secret: str, account: str, house: str) -> str:
        """Return what the device reads to take the secret in, for the account of a house (the site's name)."""
        ...

    def mark(self, secret: str, answer: str, now: datetime) -> int | None:
        """Return the mark of an answer that fits now, None for any other.

        A later answer has a higher mark, so that none is taken twice.
        """
        ...


class Vault(Protocol):
    """Secrets that we must be able to read again, so that who reads only the database cannot."""

    def seal(self, secret: str, owner: str) -> str:
        """Return the secret as it may be stored. It opens for this owner only."""
        ...

    def open(self, sealed: str, owner: str) -> str | None:
        """Return the secret; None when it was sealed for somebody else, with another key, or was changed since."""
        ...


class Factors(Protocol):
    """What people have besides their passwords."""

    def add(self, factor: Factor) -> None:
        """Keep a new one. Raises `Conflict` (at the latest at the commit) when its owner has one of that kind."""
        ...

    def of(self, user_id: str) -> Sequence[Factor]:
        """Those of a user, the oldest first, begun or turned on."""
        ...

    def is_on(self, user_id: str) -> bool:
        """Whether any of a user's is turned on; none is read for it."""
        ...

    def hold(self, user_id: str) -> Sequence[Factor]:
        """The same, held until the transaction ends: one answer sent twice at once is not taken twice."""
        ...

    def remove_all(self, user_id: str) -> int:
        """Forget those of a user, at once; return how many."""
        ...


class RecoveryCodes(Protocol):
    """Codes for who has lost the device, each for one time."""

    def replace(self, user_id: str, codes: Sequence[RecoveryCode]) -> None:
        """Keep these and forget every one that the user had before."""
        ...

    def unused(self, user_id: str) -> Sequence[RecoveryCode]:
        """Those that a user has left."""
        ...

    def spend(self, code_id: str, now: datetime) -> bool:
        """Take one; False when it was taken before, or is gone."""
        ...
