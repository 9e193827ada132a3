"""What is done to accounts by who looks after them: suspended and restored, locked, vouched for; it knows no page.

Whoever is named as `by` acts on nobody above them; None is who sits at a terminal of the server.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.domain.accounts.letters import NAME, OF_NOTES, Witness, letter, note_of
from core.domain.accounts.people import Accounts, User
from core.domain.accounts.proofs import ProofDesk
from core.domain.accounts.sessions import SessionDesk
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict
from core.domain.kernel.marks import task
from core.domain.kernel.messages import Fact
from core.domain.tasks import Run

SUSPENDED = letter(
    "account_suspended", "The account was suspended", "That an account was suspended, and why, to its owner.",
    {
        "name": NAME, "email": OF_NOTES["email"], "at": OF_NOTES["at"], "reason": Fact("Why, as was said", "Spam."),
        "until": Fact("When it ends by itself, empty for never", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
    },
)  # fmt: skip
RESTORED = note_of("account_restored", "The account is open again", "That a suspension was lifted, to its owner.")
LOCKED = note_of(
    "password_ended", "The password works no more",
    "That an administrator had a new password asked for, to who must set one.",
)  # fmt: skip
ROLE_CHANGED = note_of("role_changed", "The role was changed", "That somebody may do more or less, to them.")
MESSAGES = (SUSPENDED, RESTORED, LOCKED, ROLE_CHANGED)
LIFT = "accounts.lift-suspension"
OWN = "This is your own account, so you cannot do this to it. Ask another administrator."


class Caretaker:
    """Suspends and restores accounts and has new passwords set; in the audit, and told to the owner by mail."""

    def __init__(self, accounts: Accounts, desk: SessionDesk, proofs: ProofDesk, witness: Witness) -> None:
        self._accounts, self._desk, self._proofs, self._witness = accounts, desk, proofs, witness

    def suspend(self, user_id: str, reason: str, by: User | None, *, until: datetime | None = None) -> User:
        """Shut somebody out: every session, token and open link ends. They read the reason after the right password.

        With an instant it is lifted by itself then. Raises `Invalid` for no reason and an end that is past, `Conflict`
        for one's own account and the last super-admin, `Forbidden`.
        """
        user, listed, now = self._theirs(user_id, by), rules.Checklist(), self._accounts.now()
        why = listed.take("reason", rules.one_line, reason, "The reason", 300) or ""
        if until is not None and until <= now:
            listed.fields["until"] = "This is past. Give an instant to come, or none: then somebody has to lift it."
        listed.close()
        if not user.active:
            raise Conflict(f"{user.name} is suspended already. Lift that first, to give another reason.")
        self._accounts.sparing(user)
        before = _standing(user)
        user.active, user.suspension, user.suspended_until = False, why, until
        self._end(user)
        self._witness.note("suspended", user, SUSPENDED, before=before, after=_standing(user))
        self._witness.seen_otherwise(user)
        if until is not None:
            self._witness.wait(LIFT, {"user_id": user.id}, (until - now).total_seconds())
        return user

    def restore(self, user_id: str, by: User | None) -> User:
        """Let somebody in again; what was ended stays so. Raises `Conflict`, `Forbidden`."""
        user = self._theirs(user_id, by)
        if user.active:
            raise Conflict(f"{user.name} is not suspended. Look at the page again.")
        return self._let_in(user)

    @task(LIFT, queue="upkeep")
    def lift(self, run: Run, user_id: str) -> dict[str, bool]:
        """Let somebody in again whose suspension is over; what was lifted or given another end meanwhile stays so."""
        user = self._accounts.find(user_id)
        is_over = user is not None and user.suspended_until is not None and user.suspended_until <= self._accounts.now()
        if user is not None and is_over and not user.active:
            self._let_in(user)
        return {"lifted": is_over}

    def lock(self, user_id: str, by: User | None) -> User:
        """Let a password work no more, and everything that was begun with it; its owner sets another one by a link."""
        user = self._theirs(user_id, by)
        user.password_hash, user.must_change_password = None, False
        self._end(user)
        self._witness.note("ended the password", user, LOCKED)
        return user

    def vouch(self, user_id: str, by: User | None) -> User:
        """Take somebody's address for proven. Raises `Conflict`, `Forbidden`."""
        user = self._accounts.get(user_id)
        if by is not None:
            self._accounts.acting(user, by)
        if user.verified_at is not None:
            raise Conflict(f"{user.email} is confirmed already. Look at the page again.")
        user.verified_at = user.updated_at = self._accounts.now()
        self._witness.note("confirmed the address", user, None, after={"verified_at": user.verified_at.isoformat()})
        return user

    def sign_out(self, user_id: str, by: User | None) -> int:
        """End every session and token of somebody; return how many sessions there were."""
        user = self._accounts.get(user_id)
        if by is not None:
            self._accounts.acting(user, by)
        ended = self._desk.close_all(user)
        self._witness.note("signed out everywhere", user, None)
        return ended

    def give_role(self, user_id: str, role: str, by: User | None) -> User:
        """Give somebody a role, and end their sessions.

        Raises `Invalid`, `Conflict` for the last super-admin, `Forbidden`.
        """
        user, before = self._theirs(user_id, by), self._accounts.get(user_id).role
        if by is not None:
            self._accounts.may_make(role, by)
        if role != "super-admin":
            self._accounts.sparing(user)
        user.role, user.updated_at = role, self._accounts.now()
        user.check()
        self._desk.close_all(user)
        self._witness.note("changed the role", user, ROLE_CHANGED, before={"role": before}, after={"role": role})
        return user

    def _theirs(self, user_id: str, by: User | None) -> User:
        user = self._accounts.get(user_id)
        if by is not None:
            self._accounts.acting(user, by)
            if by.id == user.id:
                raise Conflict(OWN)
        return user

    def _let_in(self, user: User) -> User:
        before = _standing(user)
        user.active, user.suspension, user.suspended_until = True, "", None
        user.updated_at = self._accounts.now()
        self._witness.note("restored", user, RESTORED, before=before, after=_standing(user))
        self._witness.seen_otherwise(user)
        return user

    def _end(self, user: User) -> None:
        user.updated_at = self._accounts.now()
        self._desk.close_all(user)
        self._proofs.forget(user.id, user.email)


def _standing(user: User) -> dict[str, Any]:
    """Whether somebody may come in, for the audit."""
    until = user.suspended_until
    return {"active": user.active, "suspension": user.suspension, "suspended_until": until and until.isoformat()}
