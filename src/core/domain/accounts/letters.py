"""What people are told by mail about their accounts: links that prove an address, and every change of what keeps it
safe; it decides no change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.domain.accounts.people import User
from core.domain.accounts.proofs import CHANGE, RESET, SIGN_UP, VALID, VERIFY, Proof, ProofAsked
from core.domain.audit import Audit
from core.domain.kernel.errors import NotFound, Rejected
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.post import Envelope, PostRoom, Recipient
from core.domain.tasks import Outbox, Run
from core.ports.proofs import AddressProofs
from core.ports.repositories import Users
from core.ports.secrets import ProofTokens
from core.ports.stationery import Channel

NAME = Fact("What the person is called", "Ada Lovelace")
ADDRESS = Fact("The address that this is about", "ada@example.com")
TOKEN = Fact("What ends the link: it works once, and for an hour", "6m1CwXcJxjTg0R4zYk2pVbQfL8sUaN3d")
OF_PROOFS = {"name": NAME, "address": ADDRESS, "token": TOKEN}
OF_NOTES = {
    "name": NAME,
    "email": Fact("The account's address now", "ada@example.com"),
    "at": Fact("When it was done", datetime(2026, 11, 24, 4, 23, tzinfo=UTC)),
    "address": Fact("The network address that it was done from, if known", "192.0.2.7"),
}


def letter(name: str, label: str, tells: str, facts: dict[str, Fact]) -> MessageClass:
    """A class of letters that always go: nobody can turn off what keeps their account safe."""
    return MessageClass(name=name, label=label, tells=tells, facts=facts, channels=(Channel.MAIL,), critical=True)


def note_of(name: str, label: str, tells: str) -> MessageClass:
    """A class of letters that tell somebody what was done to their account, as `Witness` has them sent."""
    return letter(name, label, tells, OF_NOTES)


ACCOUNT_PROOF = letter(
    "account_proof", "Confirm a new account", "The link that opens a new account, to who signed up.",
    OF_PROOFS | {"username": Fact("The username that was chosen", "ada")},
)  # fmt: skip
ACCOUNT_KNOWN = letter(
    "account_known", "You have an account already",
    "That there is an account already, to who signed up again or was named as somebody's new address.",
    {"name": NAME, "address": ADDRESS},
)  # fmt: skip
ADDRESS_PROOF = letter(
    "address_proof", "Confirm an address", "The link that confirms an account's address, to that address.", OF_PROOFS
)
ADDRESS_CHANGE = letter(
    "address_change", "Confirm a new address", "The link that makes an address an account's new one, to that address.",
    OF_PROOFS | {"former": Fact("The address so far", "ada@old.example.com")},
)  # fmt: skip
PASSWORD_RESET = letter(
    "password_reset", "Set a new password", "The link to a new password, to who asked for one.", OF_PROOFS
)
RESET_REFUSED = letter(
    "reset_refused", "No account to set a password for",
    "That an address has no account that one could sign in to, to who asked for a new password with it.",
    {"address": ADDRESS},
)  # fmt: skip
PASSWORD_CHANGED = note_of("password_changed", "The password was changed", "That a password was changed, to its owner.")
CHANGE_ASKED = note_of(
    "address_change_asked", "A new address was asked for",
    "That an account's address is about to change, to the address so far.",
)  # fmt: skip
ADDRESS_CHANGED = note_of(
    "address_changed", "The address was changed", "That an account's address was changed, to the address before."
)
MESSAGES = (
    ACCOUNT_PROOF, ACCOUNT_KNOWN, ADDRESS_PROOF, ADDRESS_CHANGE, PASSWORD_RESET, RESET_REFUSED, PASSWORD_CHANGED,
    CHANGE_ASKED, ADDRESS_CHANGED,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SafetyChanged:
    """Something that keeps an account safe was changed. `letter` names the class of what its owner is told.

    With a `proof_id` it is told to the address that was the account's before that proof.
    """

    user_id: str
    letter: str
    at: str
    address: str = ""
    proof_id: str = ""


@dataclass(frozen=True)
class ShownOtherwise:
    """Other people see somebody no more, or again (`User.is_shown`)."""

    user_id: str


class Witness:
    """Sees what is done to accounts: writes it into the audit and has the owner told, in the act's own transaction."""

    def __init__(self, audit: Audit, outbox: Outbox) -> None:
        self._audit, self._outbox = audit, outbox

    def note(
        self, action: str, user: User, tell: MessageClass | None, *, by_owner: bool = False, proof: Proof | None = None,
        before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Write down an act, and mail a letter of the class `tell` about it, if there is one.

        `by_owner`: it was done with a link from the mailbox, by who is not signed in. With a `proof` the letter goes to
        the address that the account had before it.
        """
        by = (user.id, str(user)) if by_owner else None
        entry = self._audit.note(action, "user", user.id, label=str(user), before=before, after=after, by=by)
        if tell is not None:
            told_of = SafetyChanged(
                user_id=user.id, letter=tell.name, at=entry.at.isoformat(), address=entry.address,
                proof_id=proof.id if proof else "",
            )  # fmt: skip
            self._outbox.publish(told_of)

    def seen_otherwise(self, user: User) -> None:
        """Tell modules that others see somebody no more, or again."""
        self._outbox.publish(ShownOtherwise(user.id))

    def wait(self, name: str, payload: dict[str, Any], seconds: float) -> None:
        """Have a task done in so many seconds that goes on with an act."""
        self._outbox.enqueue(name, payload, delay=seconds)


class AccountLetters:
    """Mails what accounts have to tell. Links are made here, at each try anew, and are kept nowhere."""

    def __init__(self, users: Users, proofs: AddressProofs, tokens: ProofTokens, post: PostRoom) -> None:
        self._users, self._proofs, self._tokens, self._post = users, proofs, tokens, post

    @on(ProofAsked, "accounts.send-proof", queue="mail", effects=Effects.OUTSIDE, priority=2, attempts=60)
    def send_proof(self, event: ProofAsked, run: Run) -> None:
        """Mail a link, or what there is to say instead of one. Its hour begins now, however long the letter waited."""
        with run.start():
            proof = _or_none(self._proofs.get, event.proof_id)
            chosen = self._chosen(proof) if proof is not None and proof.used_at is None else None
            if proof is not None and chosen is not None:
                proof.expires_at = run.now() + VALID
            envelope = self._of_proof(proof, *chosen, run) if proof and chosen else None
        self._send(envelope, run)

    @on(SafetyChanged, "accounts.tell-owner", queue="mail", effects=Effects.OUTSIDE, priority=2, attempts=60)
    def tell_owner(self, event: SafetyChanged, run: Run) -> None:
        """Tell the owner of an account what was done to it."""
        with run.start():
            user = _or_none(self._users.get, event.user_id)
            proof = _or_none(self._proofs.get, event.proof_id) if event.proof_id else None
            envelope = self._of_note(event, user, proof, run) if user is not None else None
        self._send(envelope, run)

    def _chosen(self, proof: Proof) -> tuple[MessageClass, User | None] | None:
        """The letter for a proof by what is true now, and whom it is about; None when nothing is left to prove."""
        owner = self._users.by_email(proof.address)
        if proof.kind == SIGN_UP:
            return (ACCOUNT_KNOWN, owner) if owner else (ACCOUNT_PROOF, None)
        if proof.kind == RESET:
            return (PASSWORD_RESET, owner) if owner and owner.active else (RESET_REFUSED, None)
        asker = _or_none(self._users.get, proof.user_id or "")
        if asker is None or (proof.kind == VERIFY and asker.verified_at is not None):
            return None
        if proof.kind == CHANGE and owner is not None and owner.id != asker.id:
            return ACCOUNT_KNOWN, owner
        return (ADDRESS_CHANGE if proof.kind == CHANGE else ADDRESS_PROOF), asker

    def _of_proof(self, proof: Proof, kind: MessageClass, about: User | None, run: Run) -> Envelope:
        known = {
            "name": about.name if about else proof.name, "address": proof.address, "username": proof.username,
            "former": proof.former, "token": self._tokens.token(proof.id) if "token" in kind.facts else "",
        }  # fmt: skip
        facts = {name: known[name] for name in kind.facts}
        return self._post.address(kind.name, Recipient(mail=proof.address), facts, run, about=proof.id)

    def _of_note(self, event: SafetyChanged, user: User, proof: Proof | None, run: Run) -> Envelope:
        at = datetime.fromisoformat(event.at)
        facts = {"name": user.name, "email": user.email, "at": at}
        suspended = {"reason": user.suspension, "until": user.suspended_until or ""}
        facts |= suspended if event.letter == "account_suspended" else {"address": event.address}
        to = Recipient(mail=proof.former if proof else user.email, user=user.id)
        return self._post.address(event.letter, to, facts, run, about=user.id)

    def _send(self, envelope: Envelope | None, run: Run) -> None:
        """Hand a letter over. One that its mailbox refuses is no task that failed: strangers name addresses here."""
        if envelope is None:
            run.settle()
            return
        try:
            sent = self._post.send(envelope, run)
        except Rejected as refused:
            sent = {"refused": refused.sentence}
        run.settle(sent)


def _or_none(get: Any, key: str) -> Any:
    try:
        return get(key)
    except NotFound:
        return None
