"""Proofs of addresses in memory, for tests that must be instant."""

from datetime import datetime

from adapters.memory.repositories import Shelf
from adapters.memory.store import find
from core.domain.accounts import Proof


class MemoryAddressProofs(Shelf):
    kind = "proof"

    def add(self, proof: Proof) -> None:
        self._rows[proof.id] = proof

    def get(self, proof_id: str) -> Proof:
        found: Proof = find(self._rows, proof_id, self.kind)
        return found

    def find(self, fingerprint: str) -> Proof | None:
        return next((row for row in self._rows.values() if row.fingerprint == fingerprint), None)

    def hold(self, fingerprint: str) -> Proof | None:
        return self.find(fingerprint)

    def number_since(self, kind: str, address: str, instant: datetime) -> int:
        asked = [row for row in self._rows.values() if row.kind == kind and row.created_at >= instant]
        return len([row for row in asked if _same(row.address, address)])

    def reserves(self, username: str, address: str, now: datetime) -> bool:
        open_ones = [row for row in self._rows.values() if row.username and row.is_open(now)]
        return any(_same(row.username, username) and not _same(row.address, address) for row in open_ones)

    def remove_of(self, user_id: str, address: str) -> int:
        return self._remove(lambda row: row.used_at is None and (row.user_id == user_id or _same(row.address, address)))

    def remove_before(self, instant: datetime) -> int:
        return self._remove(lambda row: row.expires_at < instant)


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()


PARTS = {"address_proofs": MemoryAddressProofs}
