"""What somebody has besides the password: set up, turned on by a first answer, asked for; it knows no kind of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.accounts.people import User, proven
from core.domain.kernel.errors import Conflict
from core.domain.kernel.ids import new_id
from core.ports.clock import Clock
from core.ports.factors import FactorKind, Factors, Vault

APP = "app"
"""The kind of factor that is a code of an app, by time."""
OPEN_FOR = timedelta(hours=1)
"""So long what was begun waits for its first answer."""


@dataclass(eq=False, kw_only=True)
class Factor:
    """Something that only its owner has. `secret` is sealed; `mark` is that of the last answer that was taken.

    Until `confirmed_at`, when a first answer showed that their device took the secret in, it is asked for nowhere.
    """

    id: str
    user_id: str
    kind: str
    secret: str
    mark: int = 0
    created_at: datetime
    confirmed_at: datetime | None = None
    used_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether it was begun, lately, and is not turned on."""
        return self.confirmed_at is None and self.created_at > now - OPEN_FOR

    def take(self, mark: int | None, now: datetime) -> bool:
        """Take an answer by its mark, if it fits and is later than the last one."""
        if mark is None or mark <= self.mark:
            return False
        self.mark, self.used_at = mark, now
        return True

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


class FactorDesk:
    """Keeps second factors, of whatever kinds there are, and checks what is answered to them."""

    def __init__(self, factors: Factors, kinds: Mapping[str, FactorKind], vault: Vault, clock: Clock) -> None:
        self._factors, self._kinds, self._vault, self._clock = factors, kinds, vault, clock

    def turned_on(self, user: User) -> Sequence[Factor]:
        """What is asked of a user after the password; nothing for most."""
        return [factor for factor in self._factors.of(user.id) if factor.confirmed_at is not None]

    def is_on(self, user: User) -> bool:
        """Whether a user is asked for anything after the password."""
        return self._factors.is_on(user.id)

    def begin(self, user: User, kind: str = APP) -> Factor:
        """Make a new secret, which waits for its first answer. Raises `Conflict` when a factor is on, and
        where the address is not proven."""
        self._held(user)
        proven(user)
        self._factors.remove_all(user.id)
        now = self._clock.now()
        sealed = self._vault.seal(self._kinds[kind].new_secret(), user.id)
        factor = Factor(id=new_id("fac", now), user_id=user.id, kind=kind, secret=sealed, created_at=now)
        self._factors.add(factor)
        return factor

    def begun(self, user: User) -> Factor | None:
        """What waits for its first answer, or None."""
        return next((factor for factor in self._factors.of(user.id) if factor.waits(self._clock.now())), None)

    def secret_of(self, factor: Factor) -> str:
        """The secret of a factor that waits, for its owner's device; "" when our key is another one by now."""
        return self._vault.open(factor.secret, factor.user_id) or ""

    def invitation(self, factor: Factor, user: User, house: str) -> str:
        """What the owner's device reads to take the secret in."""
        return self._kinds[factor.kind].invitation(self.secret_of(factor), user.email, house)

    def confirm(self, user: User, answer: str) -> bool:
        """Turn on what waits, if the first answer fits. Raises `Conflict` when a factor is on already."""
        waiting = [factor for factor in self._held(user) if factor.waits(self._clock.now())]
        fits = bool(waiting) and self._takes(waiting[0], answer)
        if fits:
            waiting[0].confirmed_at = self._clock.now()
        return fits

    def takes(self, user: User, answer: str) -> bool:
        """Whether an answer fits one of a user's factors; it is taken once."""
        held = [factor for factor in self._factors.hold(user.id) if factor.confirmed_at is not None]
        return any(self._takes(factor, answer) for factor in held)

    def remove(self, user: User) -> int:
        """Forget every factor of a user; return how many there were."""
        return self._factors.remove_all(user.id)

    def _takes(self, factor: Factor, answer: str) -> bool:
        secret, now = self._vault.open(factor.secret, factor.user_id), self._clock.now()
        return secret is not None and factor.take(self._kinds[factor.kind].mark(secret, answer, now), now)

    def _held(self, user: User) -> Sequence[Factor]:
        """The factors of somebody for whom none is on, held: another request may be turning one on at this moment."""
        held = self._factors.hold(user.id)
        if any(factor.confirmed_at for factor in held):
            raise Conflict("Two factors are on already. To use another app, turn them off first.")
        return held
