"""Where entities are kept. Every method acts in the transaction or reading block its thread has open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.accounts import Caller, Change, Session, Try, User
    from core.domain.audit import AuditEntry
    from core.domain.contact import ContactMessage
    from core.domain.idempotency import KeptAnswer
    from core.domain.records import DeletedRecord, ListView
    from core.domain.schedules import Schedule, ScheduleRun


class ContactMessages(Protocol):
    """Messages people sent through the contact form."""

    def add(self, message: ContactMessage) -> None:
        """Keep a new message."""
        ...

    def get(self, message_id: str) -> ContactMessage:
        """Return a message. Raises `NotFound`."""
        ...


class Users(Protocol):
    """People who may sign in."""

    def add(self, user: User) -> None:
        """Keep a new user. Raises `Conflict` (at the latest at the commit) when the address is taken."""
        ...

    def get(self, user_id: str) -> User:
        """Return a user. Raises `NotFound`."""
        ...

    def glance(self, user_id: str) -> User | None:
        """Return a user to be read only, or None: what is changed of it is kept nowhere."""
        ...

    def by_email(self, address: str) -> User | None:
        """Return the user with this address, whatever its case, or None."""
        ...

    def by_username(self, username: str) -> User | None:
        """Return the user of this name, whatever its case, or None."""
        ...

    def some(self, user_ids: Sequence[str]) -> list[User]:
        """Those of these ids that are there, in no order."""
        ...

    def with_usernames(self, usernames: Sequence[str]) -> list[User]:
        """Those of these usernames, whatever their case, in no order."""
        ...

    def images(self, names: Sequence[str]) -> set[str]:
        """Those of these names that are somebody's picture."""
        ...

    def note_seen(self, user_id: str, instant: datetime) -> None:
        """Note that a user was here then; their record is not read for it."""
        ...

    def super_admins(self) -> list[User]:
        """The active super-admins, oldest first."""
        ...

    def hold_super_admins(self) -> list[User]:
        """The same, held until the transaction ends: two who demote each other at once cannot both succeed."""
        ...


class Sessions(Protocol):
    """Signed-in browsers."""

    def add(self, session: Session) -> None:
        """Keep a new session."""
        ...

    def find(self, fingerprint: str) -> Session | None:
        """Return the session with this fingerprint, or None."""
        ...

    def note_seen(self, fingerprint: str, instant: datetime, address: str) -> None:
        """Note when a session was used last, and from where; one that ended meanwhile stays ended."""
        ...

    def remove(self, fingerprint: str) -> bool:
        """Forget a session; whether it was there, which of two who try at once one is told."""
        ...

    def of(self, user_id: str, most: int) -> list[Session]:
        """Up to `most` sessions of a user, the last used first."""
        ...

    def remove_all(self, user_id: str, but: str = "") -> int:
        """Forget every session of a user, but one (its fingerprint) if that is named; return how many."""
        ...

    def remove_over(self, remembered: bool, *, unseen_since: datetime, begun_before: datetime) -> int:
        """Forget the sessions that are remembered, or those that are not, as far as they were last seen before the one
        instant or began before the other; return how many."""
        ...


class Tries(Protocol):
    """Tries to sign in, counted by key."""

    def find(self, keys: Sequence[str]) -> list[Try]:
        """Return what is counted under these keys."""
        ...

    def count(self, counts: Collection[Try], seen: Collection[Try]) -> bool:
        """Keep counts at once, if there is still what was `seen` under their keys, and nothing counted under those of
        which nothing was. Where others were counted meanwhile, none is kept and False returned; but what two begin at
        the same moment is added up."""
        ...

    def take_back(self, keys: Collection[str], every: Collection[str] = ()) -> None:
        """Count one try less under each of these keys, as far as any is counted; and none any more under `every`."""
        ...

    def remove_before(self, instant: datetime) -> int:
        """Forget counts last raised before then; return how many."""
        ...


class Door(Protocol):
    """Where somebody tries to come in."""

    def knock(self, who: str, counts: Collection[Try], seen: Collection[Try]) -> Caller | None:
        """Count a try as `Tries.count` does, and find who has this address or username. None when it is not counted."""
        ...


class Permissions(Protocol):
    """What administrators changed of who may do what; what nobody changed is not kept."""

    def changes(self) -> tuple[Change, ...]:
        """Everything that was changed, in a fixed order; also outside of any block."""
        ...

    def add(self, change: Change) -> None:
        """Keep a change of one permission for one role."""
        ...

    def forget(self, role: str, permission: str) -> None:
        """Have it be again as code declares it; that it is so already is no error."""
        ...


class AuditTrail(Protocol):
    """The record of who changed what; it is only ever added to."""

    def add(self, entry: AuditEntry) -> None:
        """Keep an entry."""
        ...


class KeptAnswers(Protocol):
    """Answers to requests that carried an Idempotency-Key."""

    def try_lock(self, scope: str) -> bool:
        """Hold this scope until the transaction ends; False when another request holds it."""
        ...

    def find(self, scope: str) -> KeptAnswer | None:
        """Return the answer kept under this scope, or None."""
        ...

    def add(self, answer: KeptAnswer) -> None:
        """Keep an answer."""
        ...

    def remove_before(self, instant: datetime) -> int:
        """Forget answers kept before then; return how many."""
        ...


class Schedules(Protocol):
    """The timetable."""

    def all(self) -> list[Schedule]:
        """Every schedule, by name."""
        ...

    def get(self, name: str) -> Schedule:
        """Return a schedule. Raises `NotFound`."""
        ...

    def lock(self, name: str) -> Schedule:
        """Return a schedule and hold it until the transaction ends. Raises `NotFound`."""
        ...

    def due(self, now: datetime) -> list[Schedule]:
        """Enabled schedules that are due, held until the transaction ends; ones held elsewhere are left out."""
        ...

    def add(self, schedule: Schedule) -> None:
        """Keep a new schedule."""
        ...

    def record(self, run: ScheduleRun) -> None:
        """Keep a run. Raises `Conflict` when this schedule already ran for this due instant."""
        ...

    def has_run(self, name: str, due: datetime) -> bool:
        """Whether this schedule already ran for this due instant."""
        ...

    def runs(self, name: str, most: int) -> list[ScheduleRun]:
        """Up to `most` runs of a schedule, newest first, asked for or due."""
        ...

    def remove_runs_before(self, instant: datetime) -> int:
        """Forget runs that were fired before then; return how many."""
        ...


class DeletedRecords(Protocol):
    """What was deleted and may come back; single ones are read and taken out as any record is."""

    def add(self, deleted: DeletedRecord) -> None:
        """Keep what is being deleted."""
        ...

    def remove_kinds(self, kinds: Sequence[str]) -> int:
        """Forget everything of these kinds; return how many there were."""
        ...

    def remove_before(self, instant: datetime, most: int) -> int:
        """Forget up to `most` of what was deleted before then, oldest first; return how many."""
        ...


class ListViews(Protocol):
    """How people want their lists; `kind` is a list's slug."""

    def add(self, view: ListView) -> None:
        """Keep a view. Raises `Conflict` (at the latest at the commit) when its owner has one of that name."""
        ...

    def owned(self, kind: str, owner: str) -> list[ListView]:
        """The views of one list that somebody keeps."""
        ...

    def seen_by(self, kind: str, owner: str, audiences: Sequence[str]) -> list[ListView]:
        """The views of one list that somebody keeps, or that are shared with one of these audiences."""
        ...

    def remove(self, view_id: str) -> None:
        """Forget a view, at once."""
        ...
