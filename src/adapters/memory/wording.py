"""Edited templates in memory, for tests that must be instant."""

from datetime import datetime

from adapters.memory.repositories import Shelf
from core.domain.wording import Wording


class MemoryWordings(Shelf):
    kind = "message template"

    def all(self) -> list[Wording]:
        return [self._rows[name] for name in sorted(self._rows)]

    def find(self, name: str) -> Wording | None:
        return self._rows.get(name)

    def keep(self, wording: Wording) -> None:
        self._rows[wording.id] = wording

    def remove(self, name: str) -> None:
        self._rows.pop(name, None)

    def trouble(self, name: str, edited_at: datetime, sentence: str) -> None:
        found = self._rows.get(name)
        if found is not None and found.edited_at == edited_at:
            found.trouble = sentence


PARTS = {"wordings": MemoryWordings}
