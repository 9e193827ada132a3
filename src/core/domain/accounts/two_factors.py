"""Two factors turned on, shown, and turned off, with what its owner is told of each; it knows no page."""

from __future__ import annotations

from core.domain.accounts.factors import FactorDesk
from core.domain.accounts.guard import Guard
from core.domain.accounts.letters import Witness, note_of
from core.domain.accounts.people import User
from core.domain.accounts.recovery import RecoveryCode, RecoveryDesk
from core.domain.accounts.sessions import SessionDesk
from core.domain.kernel.errors import Conflict, Forbidden
from core.ports.repositories import Users
from core.ports.unit_of_work import UnitOfWork

TURNED_ON = note_of("two_factors_on", "Two factors were turned on", "That two factors were turned on, to their owner.")
TURNED_OFF = note_of(
    "two_factors_off", "Two factors were turned off", "That two factors were turned off, to their owner."
)
TAKEN_AWAY = note_of(
    "two_factors_taken", "Two factors were taken away",
    "That an administrator took somebody's two factors away, to their owner.",
)  # fmt: skip
CODE_USED = note_of("recovery_code_used", "A recovery code was used", "That a recovery code was used, to its owner.")
CODES_MADE = note_of(
    "recovery_codes_made", "New recovery codes were made", "That new recovery codes were made, to their owner."
)
MESSAGES = (TURNED_ON, TURNED_OFF, TAKEN_AWAY, CODE_USED, CODES_MADE)
NOT_ON = "Two factors are not on. Look at the page again."


class TwoFactors:
    """Turns two factors on and off. Its verbs act in the caller's transaction."""

    def __init__(self, factors: FactorDesk, codes: RecoveryDesk, sessions: SessionDesk, witness: Witness) -> None:
        self._factors, self._codes, self._sessions, self._witness = factors, codes, sessions, witness

    def turn_on(self, user: User, answer: str, codes: list[RecoveryCode], token: str) -> str | None:
        """Turn on what was begun, if its first answer fits, and keep the recovery codes that were made for it.

        Every other session ends, for it began with one factor; return the new token of this one, or None when the
        answer does not fit. Raises `Conflict` when two factors are on already.
        """
        if not self._factors.confirm(user, answer):
            return None
        self._codes.replace(user, codes)
        self._sessions.close_others(user, token)
        self._witness.note("turned on two factors", user, TURNED_ON)
        return self._sessions.renew(token, strong=True)

    def turn_off(self, user: User) -> None:
        """Ask for nothing but the password any more. Raises `Conflict` when nothing is on."""
        self._remove(user)
        self._sessions.weaken(user)
        self._witness.note("turned off two factors", user, TURNED_OFF)

    def take_away(self, user: User, by: User) -> None:
        """Take somebody's two factors away who lost them; every session of theirs ends.

        Raises `Forbidden` unless by a super-admin, `Conflict` when nothing is on.
        """
        if by.role != "super-admin":
            raise Forbidden(f"Your role is {by.role}; only a super-admin may do this. Ask one of them.")
        self.let_go(user)

    def let_go(self, user: User) -> None:
        """The same by who runs this installation. Raises `Conflict` when nothing is on."""
        self._remove(user)
        self._sessions.close_all(user)
        self._witness.note("took two factors away", user, TAKEN_AWAY)

    def renew_codes(self, user: User, codes: list[RecoveryCode]) -> None:
        """Keep new recovery codes; those of before work no more. Raises `Conflict` when nothing is on."""
        if not self._factors.is_on(user):
            raise Conflict(NOT_ON)
        self._codes.replace(user, codes)
        self._witness.note("made new recovery codes", user, CODES_MADE)

    def codes_left(self, user: User) -> list[RecoveryCode]:
        """The recovery codes that a user has left; none while two factors are off."""
        return self._codes.unused(user) if self._factors.is_on(user) else []

    def found(self, among: list[RecoveryCode], answer: str) -> RecoveryCode | None:
        """Return the recovery code that was typed, or None; slow, so hold no transaction."""
        return self._codes.found(among, answer)

    def takes(self, user: User, answer: str, code: RecoveryCode | None) -> bool:
        """Whether an answer fits, once: it is a recovery code, of which the owner is told, or one of their app."""
        if code is None:
            return self._factors.takes(user, answer)
        if not self._factors.is_on(user) or not self._codes.spend(code):
            return False
        self._witness.note("used a recovery code", user, CODE_USED, by_owner=True)
        return True

    def _remove(self, user: User) -> None:
        if not self._factors.is_on(user):
            raise Conflict(NOT_ON)
        self._factors.remove(user)
        self._codes.remove(user)


class SecondStep:
    """Asks for the second factor of who has shown the first. It opens its own transactions: hashing holds none."""

    def __init__(self, unit_of_work: UnitOfWork, users: Users, guard: Guard, two_factors: TwoFactors) -> None:
        self._unit_of_work, self._users, self._guard, self._two_factors = unit_of_work, users, guard, two_factors

    def attempt(self, user_id: str, answer: str, *, address: str) -> bool:
        """Whether the answer is a code of the user's app, or a recovery code that they have left; each works once.

        Raises `TooMany`: who gets here knows the password, so guessing slows down for the account as a whole.
        """
        with self._unit_of_work.at_once():
            user = self._users.get(user_id)
            self._guard.admit_second(user, address)
            left = self._two_factors.codes_left(user)
        code = self._two_factors.found(left, answer)
        with self._unit_of_work.transaction():
            user = self._users.get(user_id)
            fits = user.active and self._two_factors.takes(user, answer, code)
            if fits:
                self._guard.succeeded_second(user, address)
            else:
                self._guard.failed_second(user)
        return fits
