"""Access tokens in memory, for tests that must be instant."""

from datetime import datetime

from adapters.memory.repositories import Shelf
from core.domain.tokens import AccessToken


class MemoryTokens(Shelf):
    kind = "access token"

    def add(self, token: AccessToken) -> None:
        self._rows[token.id] = token

    def find(self, token_id: str) -> AccessToken | None:
        return self._rows.get(token_id)

    def by_fingerprint(self, fingerprint: str) -> AccessToken | None:
        return next((row for row in self._rows.values() if row.fingerprint == fingerprint), None)

    def of(self, user_id: str) -> list[AccessToken]:
        found = [row for row in self._rows.values() if row.user_id == user_id]
        return sorted(found, key=lambda row: str(row.id), reverse=True)

    def remove(self, token_id: str) -> None:
        self._rows.pop(token_id, None)

    def remove_ended(self, instant: datetime) -> int:
        versions = {user.id: user.version for user in self._store.shelf("user").values()}
        return self._remove(lambda row: _has_ended(row, versions.get(row.user_id), instant))


def _has_ended(token: AccessToken, version: int | None, instant: datetime) -> bool:
    expired = token.expires_at is not None and token.expires_at < instant
    return expired or (token.version != version and (token.used_at or token.created_at) < instant)


PARTS = {"access_tokens": MemoryTokens}
