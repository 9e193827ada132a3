"""Second factors and recovery codes in memory, for tests that must be instant."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.repositories import Shelf
from core.domain.accounts import Factor, RecoveryCode
from core.domain.kernel.errors import Conflict


class MemoryFactors(Shelf):
    kind = "factor"

    def add(self, factor: Factor) -> None:
        if any(row.user_id == factor.user_id and row.kind == factor.kind for row in self._rows.values()):
            raise Conflict("There is a second factor of this kind already.")
        self._rows[factor.id] = factor

    def of(self, user_id: str) -> Sequence[Factor]:
        owned = [row for row in self._rows.values() if row.user_id == user_id]
        return sorted(owned, key=lambda row: str(row.id))

    def is_on(self, user_id: str) -> bool:
        return any(row.confirmed_at is not None for row in self.of(user_id))

    def hold(self, user_id: str) -> Sequence[Factor]:
        return self.of(user_id)

    def remove_all(self, user_id: str) -> int:
        return self._remove(lambda row: row.user_id == user_id)


class MemoryRecoveryCodes(Shelf):
    kind = "recovery code"

    def replace(self, user_id: str, codes: Sequence[RecoveryCode]) -> None:
        self._remove(lambda row: row.user_id == user_id)
        self._rows.update({code.id: code for code in codes})

    def unused(self, user_id: str) -> Sequence[RecoveryCode]:
        left = [row for row in self._rows.values() if row.user_id == user_id and row.used_at is None]
        return sorted(left, key=lambda row: str(row.id))

    def spend(self, code_id: str, now: datetime) -> bool:
        code = self._rows.get(code_id)
        if code is None or code.used_at is not None:
            return False
        code.used_at = now
        return True


PARTS = {"factors": MemoryFactors, "recovery_codes": MemoryRecoveryCodes}
