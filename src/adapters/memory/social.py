"""Accounts elsewhere and the ways there, in memory, for tests that must be instant."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.repositories import Shelf
from adapters.memory.store import find
from core.domain.kernel.errors import Conflict
from core.domain.social import Attempt, Identity


class MemoryIdentities(Shelf):
    kind = "identity"

    def add(self, identity: Identity) -> None:
        if self.find(identity.issuer, identity.subject) is not None:
            raise Conflict("Somebody has this account already.")
        self._rows[identity.id] = identity

    def get(self, identity_id: str) -> Identity:
        found: Identity = find(self._rows, identity_id, "connection")
        return found

    def find(self, issuer: str, subject: str) -> Identity | None:
        return next((row for row in self._rows.values() if (row.issuer, row.subject) == (issuer, subject)), None)

    def of(self, user_id: str) -> Sequence[Identity]:
        return sorted((row for row in self._rows.values() if row.user_id == user_id), key=lambda row: str(row.id))

    def hold(self, user_id: str) -> Sequence[Identity]:
        return self.of(user_id)

    def remove(self, identity_id: str) -> None:
        self._rows.pop(identity_id, None)


class MemoryAttempts(Shelf):
    kind = "social attempt"

    def add(self, attempt: Attempt) -> None:
        self._rows[attempt.id] = attempt

    def find(self, attempt_id: str) -> Attempt | None:
        return self._rows.get(attempt_id)

    def use(self, attempt_id: str, now: datetime) -> bool:
        found = self._rows.get(attempt_id)
        if found is None or found.used_at is not None:
            return False
        found.used_at = now
        return True

    def remove_before(self, instant: datetime) -> int:
        return self._remove(lambda row: row.expires_at < instant)


PARTS = {"identities": MemoryIdentities, "social_attempts": MemoryAttempts}
