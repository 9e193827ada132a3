"""Proofs of addresses: a link is mailed, and who opens it has the mailbox; it knows no page and writes no letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.kernel.errors import Invalid
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import every, task
from core.domain.tasks import Outbox, Run
from core.ports.clock import Clock
from core.ports.proofs import AddressProofs
from core.ports.secrets import ProofTokens

SIGN_UP, VERIFY, CHANGE, RESET = "sign-up", "verify", "change", "reset"
VALID = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
"""So long after it expired a link is told from one that never was."""
MOST_AN_HOUR = 5
"""So many letters of one kind an hour go to one address, whoever asks for them; the answer stays the same."""
SPENT = "This link was used before, and works once. If that was not you, change your password."
EXPIRED = "This link does not work any more: it is good for one hour. Ask for a new one."
UNKNOWN = "There is no such link. Copy the whole line from the mail, or ask for a new one."


@dataclass(eq=False, kw_only=True)
class Proof:
    """An address that somebody has yet to show to be theirs, and what then follows (`kind`).

    sign-up: an account of `username`, `name` and `password_hash`. verify: the address of `user_id` counts as proven.
    change: it takes the place of the `former` one. reset: a new password may be set. Its token is stored nowhere.
    """

    id: str
    kind: str
    address: str
    fingerprint: str
    user_id: str | None = None
    former: str = ""
    username: str = ""
    name: str = ""
    password_hash: str | None = None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether its link still works."""
        return self.used_at is None and self.expires_at > now

    def use(self, now: datetime) -> None:
        """Take it, once. Raises `Invalid` when it was taken before, or is too old."""
        if not self.is_open(now):
            raise Invalid({"token": SPENT if self.used_at else EXPIRED})
        self.used_at = now


@dataclass(frozen=True)
class ProofAsked:
    """A letter with a link is due. The event holds no address and no token: who sends it looks them up."""

    proof_id: str


class ProofDesk:
    """Asks for proofs, and takes them."""

    def __init__(self, proofs: AddressProofs, tokens: ProofTokens, outbox: Outbox, clock: Clock) -> None:
        self._proofs, self._tokens, self._outbox, self._clock = proofs, tokens, outbox, clock

    def ask(self, kind: str, address: str, **what: Any) -> Proof | None:
        """Have a letter with a link mailed; `what` is kept on the proof. None when there were too many in an hour.

        Nothing here depends on whether the address has an account: so neither do the answer and its time.
        """
        now = self._clock.now()
        if self._proofs.number_since(kind, address, now - VALID) >= MOST_AN_HOUR:
            return None
        proof_id = new_id("prf", now)
        mark = self._tokens.fingerprint(self._tokens.token(proof_id))
        proof = Proof(
            id=proof_id, kind=kind, address=address, fingerprint=mark, created_at=now, expires_at=now + VALID, **what
        )
        self._proofs.add(proof)
        self._outbox.publish(ProofAsked(proof.id))
        return proof

    def show(self, token: str, *kinds: str) -> Proof:
        """Return the proof of a token whose link still works. Raises `Invalid`."""
        found = self._known(self._proofs.find(self._tokens.fingerprint(token)), kinds)
        if not found.is_open(self._clock.now()):
            raise Invalid({"token": SPENT if found.used_at else EXPIRED})
        return found

    def take(self, token: str, *kinds: str) -> Proof:
        """Take a proof, once. Raises `Invalid` when its link does not work, or not any more."""
        held = self._known(self._proofs.hold(self._tokens.fingerprint(token)), kinds)
        held.use(self._clock.now())
        return held

    def reserves(self, username: str, address: str) -> bool:
        """Whether somebody else is about to sign up under this username."""
        return self._proofs.reserves(username, address, self._clock.now())

    def forget(self, user_id: str, address: str) -> None:
        """Let no open link work any more that is about a user, or was sent to their address."""
        self._proofs.remove_of(user_id, address)

    @every("forget-proofs", "47 * * * *")
    @task("accounts.forget-proofs", queue="upkeep", priority=8)
    def forget_old(self, run: Run) -> dict[str, Any]:
        """Forget links that expired a day ago."""
        return {"forgotten": self._proofs.remove_before(self._clock.now() - REMEMBERED)}

    def _known(self, found: Proof | None, kinds: tuple[str, ...]) -> Proof:
        if found is None or found.kind not in kinds:
            raise Invalid({"token": UNKNOWN})
        return found
