"""A phone number is kept once its owner has typed the code that was sent there; it sends nothing itself."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.accounts import User
from core.domain.accounts.letters import Witness, note_of
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid, TooMany
from core.domain.kernel.ids import new_id
from core.domain.kernel.phones import phone
from core.domain.notices.preferences import Reach
from core.domain.tasks import Outbox
from core.ports.clock import Clock
from core.ports.notices import Reaches
from core.ports.secrets import ProofTokens

VALID = timedelta(minutes=10)
TRIES = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_OF_ONE, MOST_TO_ONE = 3, 5
"""Codes for one user in an hour, and to one number in a day, whoever asks: SMS cost money and wake strangers."""
PHONE_CHANGED = note_of(
    "phone_changed",
    "A phone number was changed",
    "That a phone number was added to an account or removed, to its owner.",
)


@dataclass(eq=False, kw_only=True)
class PhoneProof:
    """A code that was sent to a number. The code is made of the id and our secret key, and is kept nowhere."""

    id: str
    user_id: str
    phone: str
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether its code may still be typed."""
        return self.used_at is None and self.tries < TRIES and now < self.expires_at


@dataclass(frozen=True)
class PhoneCodeAsked:
    """Somebody wants a code on their phone."""

    proof_id: str


class Codes:
    """Makes codes of six digits, has them sent, and knows them again."""

    def __init__(self, tokens: ProofTokens, outbox: Outbox) -> None:
        self._tokens, self._outbox = tokens, outbox

    def send(self, proof: PhoneProof) -> None:
        """Have a code sent, in the open transaction."""
        self._outbox.publish(PhoneCodeAsked(proof.id))

    def code(self, proof: PhoneProof) -> str:
        """The code of a proof: always the same six digits."""
        return f"{int(hashlib.sha256(self._tokens.token(proof.id).encode()).hexdigest(), 16) % 1_000_000:06d}"

    def fits(self, proof: PhoneProof, typed: str) -> bool:
        """Whether this is its code, however it is spaced."""
        digits = "".join(sign for sign in typed if not sign.isspace())
        return hmac.compare_digest(self.code(proof).encode(), digits.encode("utf-8", "replace"))


class PhoneDesk:
    """Takes phone numbers in. Its verbs act in the open transaction."""

    def __init__(self, reaches: Reaches, codes: Codes, witness: Witness, clock: Clock) -> None:
        self._reaches, self._codes, self._witness, self._clock = reaches, codes, witness, clock

    def ask(self, user: User, number: str) -> PhoneProof:
        """Have a code sent to a number; one that was sent before opens nothing from now on.

        Raises `Invalid` for what is no number, `TooMany` when enough were sent.
        """
        listed, now = rules.Checklist(), self._clock.now()
        wanted = listed.take("phone", phone, number) or ""
        listed.close()
        if self._reaches.proofs_since(now - HOUR, user_id=user.id) >= MOST_OF_ONE:
            raise TooMany(f"{MOST_OF_ONE} codes were sent to you within an hour. Wait an hour, then try again.", 3600)
        if self._reaches.proofs_since(now - DAY, phone=wanted) >= MOST_TO_ONE:
            raise TooMany("Enough codes went to this number today. Try again tomorrow, or give another one.", 86400)
        proof = PhoneProof(id=new_id("phn", now), user_id=user.id, phone=wanted, created_at=now, expires_at=now + VALID)
        self._reaches.add_proof(proof)
        self._codes.send(proof)
        return proof

    def awaited(self, user: User) -> PhoneProof | None:
        """The number that waits for its code, if one does."""
        proof = self._reaches.last_proof(user.id)
        return proof if proof is not None and proof.is_open(self._clock.now()) else None

    def confirm(self, user: User, code: str) -> str:
        """Keep the number when the code is right; else return a sentence about what is wrong, with the try counted."""
        now, proof = self._clock.now(), self._reaches.hold_proof(user.id)
        if proof is None or not proof.is_open(now):
            return "No code waits for you: it is over, or was tried too often. Have a new one sent."
        proof.tries += 1
        if not self._codes.fits(proof, code):
            left = TRIES - proof.tries
            return f"This is not the code. {left} more tries are left." if left else "Have a new code sent."
        proof.used_at = now
        self._put(user, proof.phone)
        return ""

    def forget(self, user: User) -> None:
        """Remove the number. Raises `Invalid` when there is none."""
        if not self._reaches.hold(user.id).phone:
            raise Invalid({"phone": "There is no number to remove."})
        self._put(user, "")

    def _put(self, user: User, number: str) -> Reach:
        reach = self._reaches.hold(user.id)
        before, reach.phone, reach.phone_at = reach.phone, number, self._clock.now() if number else None
        self._witness.note(
            "changed the phone number", user, PHONE_CHANGED, before={"phone": before}, after={"phone": number}
        )
        return reach
