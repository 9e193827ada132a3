"""Leaving: an account is erased fourteen days after its owner asked for that, unless they come back before."""

from __future__ import annotations

from datetime import timedelta

from core.domain.accounts import Accounts, SessionDesk, User
from core.domain.accounts.letters import Witness
from core.domain.audit import Audit
from core.domain.kernel.errors import Conflict, Invalid
from core.domain.kernel.marks import Effects, every, task
from core.domain.kernel.personal import ERASED
from core.domain.personal.dossier import Dossier
from core.domain.personal.letters import KEPT, LEAVING
from core.domain.tasks import Run
from core.ports.unit_of_work import UnitOfWork

GRACE = timedelta(days=14)


class LeavingDesk:
    """Takes goodbyes in, and takes them back."""

    def __init__(self, accounts: Accounts, sessions: SessionDesk, witness: Witness) -> None:
        self._accounts, self._sessions, self._witness = accounts, sessions, witness

    def leave(self, user_id: str, typed: str) -> User:
        """Have an account erased after the grace; its sessions and tokens end now.

        Raises `Invalid` unless `typed` is its username, `Conflict` for the last super-admin.
        """
        user = self._accounts.get(user_id)
        if typed.strip().lower() != called(user).lower():
            raise Invalid({"username": "This is not your username. Type it as it stands above."})
        self._accounts.may_leave(user)
        user.leaving_at = self._accounts.now() + GRACE
        self._sessions.close_all(user)
        self._witness.note("asked to be erased", user, LEAVING)
        self._witness.seen_otherwise(user)
        return user

    def stay(self, user_id: str) -> User:
        """Keep an account after all. Raises `Conflict` once its time has come."""
        user = self._accounts.get(user_id)
        if user.leaving_at is None:
            return user
        if user.leaving_at <= self._accounts.now():
            raise Conflict("The time to keep this account is over: it is being erased.")
        user.leaving_at = None
        self._witness.note("kept the account", user, KEPT)
        self._witness.seen_otherwise(user)
        return user


class Eraser:
    """Erases those whose time has come."""

    def __init__(self, dossier: Dossier, audit: Audit, uow: UnitOfWork) -> None:
        self._dossier, self._audit, self._uow = dossier, audit, uow

    @every("erase-accounts", "41 3 * * *")
    @task("personal.erase", queue="upkeep", effects=Effects.OUTSIDE, limit=3600.0, priority=8)
    def erase_due(self, run: Run) -> None:
        """Erase each account that is due: its files, then all its rows in one transaction; then it is due no more."""
        with run.start():
            due = self._dossier.due(run.now())
        for number, user_id in enumerate(due, 1):
            self._erase(user_id)
            run.progress(number, len(due), "accounts erased")
        run.settle({"erased": len(due)})

    def _erase(self, user_id: str) -> None:
        with self._uow.reading():
            person = self._dossier.of(user_id)
            self._dossier.forget_files(person)
        with self._uow.transaction():
            self._dossier.erase(person)
            self._audit.note("erased the account", "user", person.id, label=ERASED)


def called(user: User) -> str:
    """What a leaver types: the username, or the address where there is none."""
    return user.username or user.email
