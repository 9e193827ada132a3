"""Bells and what people chose, in memory, for tests that must be instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.repositories import Shelf
from core.domain.notices import Notice, PhoneProof, Preference, Reach


class MemoryNotices(Shelf):
    """`core.ports.notices.Notices`."""

    kind = "notice"

    def add(self, notices: Sequence[Notice]) -> None:
        known = {(row.user_id, row.key) for row in self._rows.values()}
        here = self._store.shelf("user").keys()
        for notice in notices:
            if notice.user_id in here and (notice.user_id, notice.key) not in known:
                self._rows[notice.id] = notice

    def find(self, notice_id: str) -> Notice | None:
        return self._rows.get(notice_id)

    def of(self, user_id: str, *, after: str, unread: bool, most: int) -> list[Notice]:
        found = (row for row in self._rows.values() if row.user_id == user_id and (not after or row.id < after))
        wanted = [row for row in found if not unread or row.read_at is None]
        return sorted(wanted, key=lambda row: str(row.id), reverse=True)[:most]

    def number_unread(self, user_id: str, most: int) -> int:
        return len(self.of(user_id, after="", unread=True, most=most))

    def read_all(self, user_id: str, now: datetime, up_to: str) -> int:
        unread = self.of(user_id, after="", unread=True, most=len(self._rows))
        marked = [row for row in unread if not up_to or row.id <= up_to]
        for row in marked:
            row.read_at = now
        return len(marked)

    def remove_before(self, instant: datetime, most: int) -> int:
        old = sorted(row.id for row in self._rows.values() if row.created_at < instant)[:most]
        return self._remove(lambda row: row.id in old)


class MemoryPreferences(Shelf):
    """`core.ports.notices.Preferences`."""

    kind = "preference"

    def of(self, user_id: str) -> list[Preference]:
        return [self._rows[key] for key in sorted(self._rows) if key[0] == user_id]

    def find(self, user_id: str, kind: str) -> Preference | None:
        return self._rows.get((user_id, kind))

    def without(self, way: str, kind: str, users: Sequence[str]) -> set[str]:
        chosen = ((user, self.find(user, kind)) for user in users)
        return {user for user, found in chosen if found is not None and way not in found.channels}

    def keep(self, preference: Preference) -> None:
        self._rows[preference.user_id, preference.kind] = preference


class MemoryReaches(Shelf):
    """`core.ports.notices.Reaches`."""

    kind = "reach"

    def of(self, user_id: str) -> Reach | None:
        return self._rows.get(user_id)

    def hold(self, user_id: str) -> Reach:
        found: Reach = self._rows.setdefault(user_id, Reach(user_id=user_id))
        return found

    def add_proof(self, proof: PhoneProof) -> None:
        self._proofs[proof.id] = proof

    def proof(self, proof_id: str) -> PhoneProof | None:
        found = self._proofs.get(proof_id)
        return found if found and found is self.last_proof(found.user_id) else None

    def last_proof(self, user_id: str) -> PhoneProof | None:
        found = [row for row in self._proofs.values() if row.user_id == user_id]
        return max(found, key=lambda row: str(row.id), default=None)

    def hold_proof(self, user_id: str) -> PhoneProof | None:
        return self.last_proof(user_id)

    def proofs_since(self, instant: datetime, *, user_id: str = "", phone: str = "") -> int:
        asked = [row for row in self._proofs.values() if row.created_at >= instant]
        return sum(row.user_id == user_id if user_id else row.phone == phone for row in asked)

    def remove_proofs(self, instant: datetime) -> int:
        old = [key for key, row in self._proofs.items() if row.created_at < instant]
        for key in old:
            del self._proofs[key]
        return len(old)

    @property
    def _proofs(self) -> dict[str, PhoneProof]:
        return self._store.shelf("phone proof")


PARTS = {"notices": MemoryNotices, "preferences": MemoryPreferences, "reaches": MemoryReaches}
