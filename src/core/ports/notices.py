"""Where bells and what people chose are kept. Every method acts in the open transaction or reading block."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.notices import Notice, PhoneProof, Preference, Reach


class Notices(Protocol):
    """What rang people's bells."""

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep notices in one statement. One whose message its user has already, and one of a user who is gone, is
        left out."""
        ...

    def find(self, notice_id: str) -> Notice | None:
        """Return one, or None."""
        ...

    def of(self, user_id: str, *, after: str, unread: bool, most: int) -> list[Notice]:
        """Up to `most` of a user, newest first, that are older than the one of the id `after` (if given); `unread`:
        only those not read."""
        ...

    def number_unread(self, user_id: str, most: int) -> int:
        """How many a user has not read; no more than `most` are looked at."""
        ...

    def read_all(self, user_id: str, now: datetime, up_to: str) -> int:
        """Mark a user's as read, all or those not newer than `up_to`; return how many were not."""
        ...

    def remove_before(self, instant: datetime, most: int) -> int:
        """Forget up to `most` that rang before then, the oldest first; return how many."""
        ...


class Preferences(Protocol):
    """The channels that users chose, by class of message."""

    def of(self, user_id: str) -> list[Preference]:
        """What a user chose, by class."""
        ...

    def find(self, user_id: str, kind: str) -> Preference | None:
        """What a user chose for one class, or None."""
        ...

    def without(self, way: str, kind: str, users: Sequence[str]) -> set[str]:
        """Those of these users who chose other ways than this one for a class, in one statement."""
        ...

    def keep(self, preference: Preference) -> None:
        """Keep it in the place of what was chosen before."""
        ...


class Reaches(Protocol):
    """Quiet hours and phones of users, and the codes that prove phones."""

    def of(self, user_id: str) -> Reach | None:
        """What a user set, or None."""
        ...

    def hold(self, user_id: str) -> Reach:
        """The same to change, held until the transaction ends; an empty one is kept where there was none."""
        ...

    def add_proof(self, proof: PhoneProof) -> None:
        """Keep a new one."""
        ...

    def proof(self, proof_id: str) -> PhoneProof | None:
        """Return one, if it is its user's newest; else None."""
        ...

    def last_proof(self, user_id: str) -> PhoneProof | None:
        """The newest of a user, or None."""
        ...

    def hold_proof(self, user_id: str) -> PhoneProof | None:
        """The same, held until the transaction ends: of two guesses at once each is counted."""
        ...

    def proofs_since(self, instant: datetime, *, user_id: str = "", phone: str = "") -> int:
        """How many were asked for since then, by a user or for a number."""
        ...

    def remove_proofs(self, instant: datetime) -> int:
        """Forget those asked for before then; return how many."""
        ...
