"""Codes for who has lost the device: ten, each for one time, shown once and kept as passwords are."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts.people import User
from core.domain.kernel.ids import ALPHABET, new_id
from core.ports.clock import Clock
from core.ports.factors import RecoveryCodes
from core.ports.secrets import Secrets

NUMBER, LENGTH = 10, 10
"""Ten characters of 32 are 50 bits: no guess at a form finds one, and a slow hash keeps who has the database busy."""
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


@dataclass(eq=False, kw_only=True)
class RecoveryCode:
    """One code, as its hash."""

    id: str
    user_id: str
    code_hash: str
    created_at: datetime
    used_at: datetime | None = None


class RecoveryDesk:
    """Makes and takes recovery codes. Hashing is slow: what hashes wants no transaction around it."""

    def __init__(self, codes: RecoveryCodes, secrets: Secrets, clock: Clock) -> None:
        self._codes, self._secrets, self._clock = codes, secrets, clock

    def make(self, user: User) -> tuple[list[str], list[RecoveryCode]]:
        """Return ten new codes as they are shown, and as `replace` keeps them; slow."""
        made = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(NUMBER)]
        return [f"{code[:5]}-{code[5:]}" for code in made], [self._kept(user, code) for code in made]

    def replace(self, user: User, made: list[RecoveryCode]) -> None:
        """Keep new codes; those of before work no more."""
        self._codes.replace(user.id, made)

    def left(self, user: User) -> int:
        """How many a user has left."""
        return len(self._codes.unused(user.id))

    def unused(self, user: User) -> list[RecoveryCode]:
        """Those that a user has left, to compare an answer with."""
        return list(self._codes.unused(user.id))

    def found(self, among: list[RecoveryCode], answer: str) -> RecoveryCode | None:
        """Return the code that was typed, however it was grouped and where it was misread; slow."""
        typed = answer.lower().translate(MISREAD)
        if len(typed) != LENGTH:
            return None
        return next((code for code in among if self._secrets.verify(code.code_hash, typed)), None)

    def spend(self, code: RecoveryCode) -> bool:
        """Take a code; False when it was taken meanwhile."""
        return self._codes.spend(code.id, self._clock.now())

    def remove(self, user: User) -> None:
        """Forget the codes of a user."""
        self._codes.replace(user.id, ())

    def _kept(self, user: User, code: str) -> RecoveryCode:
        now = self._clock.now()
        return RecoveryCode(
            id=new_id("rec", now), user_id=user.id, code_hash=self._secrets.hash(code), created_at=now
        )  # fmt: skip
