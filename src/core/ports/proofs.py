"""Where it is kept who has yet to prove an address, and by which token."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.accounts import Proof


class AddressProofs(Protocol):
    """Proofs of addresses that were asked for; addresses and usernames are the same whatever their case."""

    def add(self, proof: Proof) -> None:
        """Keep a new proof."""
        ...

    def get(self, proof_id: str) -> Proof:
        """Return a proof. Raises `NotFound`."""
        ...

    def find(self, fingerprint: str) -> Proof | None:
        """Return the proof whose token has this fingerprint, or None."""
        ...

    def hold(self, fingerprint: str) -> Proof | None:
        """The same, held until the transaction ends: of two who use one token at once, the second sees it used."""
        ...

    def number_since(self, kind: str, address: str, instant: datetime) -> int:
        """How many of this kind were asked for since then for an address."""
        ...

    def reserves(self, username: str, address: str, now: datetime) -> bool:
        """Whether somebody with another address waits to sign up under this username."""
        ...

    def remove_of(self, user_id: str, address: str) -> int:
        """Forget what is not used yet and is about a user, or about their address; return how many."""
        ...

    def remove_before(self, instant: datetime) -> int:
        """Forget what expired before then; return how many."""
        ...
