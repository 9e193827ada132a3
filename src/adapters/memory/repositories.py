"""Entities in memory, for tests that must be instant."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.memory.store import MemoryUnitOfWork, find
from core.domain.accounts import Caller, Change, Session, Try, User
from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.idempotency import KeptAnswer
from core.domain.kernel.errors import Conflict
from core.domain.records import DeletedRecord, ListView
from core.domain.schedules import Schedule, ScheduleRun


class Shelf:
    """The entities of one kind; `kind` is the entity's name in words, under which records are found as well."""

    kind: str

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    @property
    def _rows(self) -> dict[Any, Any]:
        return self._store.shelf(self.kind)

    def _remove(self, condition: Callable[[Any], bool]) -> int:
        gone = [key for key, row in self._rows.items() if condition(row)]
        for key in gone:
            del self._rows[key]
        return len(gone)


class MemoryContactMessages(Shelf):
    kind = "contact message"

    def add(self, message: ContactMessage) -> None:
        self._rows[message.id] = message

    def get(self, message_id: str) -> ContactMessage:
        found: ContactMessage = find(self._rows, message_id, self.kind)
        return found


class MemoryUsers(Shelf):
    kind = "user"

    def add(self, user: User) -> None:
        if self.by_email(user.email) is not None:
            raise Conflict("This e-mail address already has an account. Use another one, or change that account.")
        if self.by_username(user.username) is not None:
            raise Conflict("Somebody has this username already. Take another one.")
        self._rows[user.id] = user

    def get(self, user_id: str) -> User:
        found: User = find(self._rows, user_id, self.kind)
        return found

    def glance(self, user_id: str) -> User | None:
        return self._rows.get(user_id)

    def by_email(self, address: str) -> User | None:
        wanted = address.strip().lower()
        return next((user for user in self._rows.values() if user.email.lower() == wanted), None)

    def by_username(self, username: str) -> User | None:
        wanted = username.strip().lower()
        return next((user for user in self._rows.values() if user.username and user.username.lower() == wanted), None)

    def some(self, user_ids: Sequence[str]) -> list[User]:
        return [self._rows[key] for key in dict.fromkeys(user_ids) if key in self._rows]

    def with_usernames(self, usernames: Sequence[str]) -> list[User]:
        lowered = {name.lower() for name in usernames if name}
        return [user for user in self._rows.values() if user.username.lower() in lowered]

    def images(self, names: Sequence[str]) -> set[str]:
        return {user.image for user in self._rows.values()} & set(names)

    def note_seen(self, user_id: str, instant: datetime) -> None:
        if user_id in self._rows:
            self._rows[user_id].seen_at = instant

    def super_admins(self) -> list[User]:
        named = [user for user in self._rows.values() if user.role == "super-admin" and user.active]
        return sorted(named, key=lambda user: str(user.id))

    def hold_super_admins(self) -> list[User]:
        return self.super_admins()


class MemorySessions(Shelf):
    kind = "session"

    def add(self, session: Session) -> None:
        self._rows[session.id] = session

    def find(self, fingerprint: str) -> Session | None:
        return self._rows.get(fingerprint)

    def note_seen(self, fingerprint: str, instant: datetime, address: str) -> None:
        if (session := self._rows.get(fingerprint)) is not None:
            session.seen_at, session.address = instant, address

    def remove(self, fingerprint: str) -> bool:
        return self._rows.pop(fingerprint, None) is not None

    def of(self, user_id: str, most: int) -> list[Session]:
        owned = [session for session in self._rows.values() if session.user_id == user_id]
        return sorted(owned, key=lambda session: (session.seen_at, session.id), reverse=True)[:most]

    def remove_all(self, user_id: str, but: str = "") -> int:
        return self._remove(lambda session: session.user_id == user_id and session.id != but)

    def remove_over(self, remembered: bool, *, unseen_since: datetime, begun_before: datetime) -> int:
        def is_over(session: Session) -> bool:
            return session.seen_at < unseen_since or session.created_at < begun_before

        return self._remove(lambda session: session.remembered == remembered and is_over(session))


class MemoryTries(Shelf):
    kind = "try"

    def find(self, keys: Sequence[str]) -> list[Try]:
        return [self._rows[key] for key in keys if key in self._rows]

    def count(self, counts: Collection[Try], seen: Collection[Try]) -> bool:
        fits = _counted(self.find([one.key for one in counts])) == _counted(seen)
        if fits:
            self._rows.update({one.key: one for one in counts})
        return fits

    def take_back(self, keys: Collection[str], every: Collection[str] = ()) -> None:
        for counted in self.find([*keys, *every]):
            left = 0 if counted.key in every else max(0, counted.failures - 1)
            self._rows[counted.key] = replace(counted, failures=left)

    def remove_before(self, instant: datetime) -> int:
        return self._remove(lambda counted: counted.last_at < instant)


def _counted(tries: Iterable[Try]) -> dict[str, Try]:
    return {one.key: one for one in tries if one.failures}


class MemoryDoor:
    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store, self._tries, self._users = store, MemoryTries(store), MemoryUsers(store)

    def knock(self, who: str, counts: Collection[Try], seen: Collection[Try]) -> Caller | None:
        if not self._tries.count(counts, seen):
            return None
        user = self._users.by_email(who) if "@" in who else self._users.by_username(who)
        on = {one.user_id for one in self._store.shelf("factor").values() if one.confirmed_at is not None}
        return Caller(user=user and replace(user), has_second=user is not None and user.id in on)


class MemoryPermissions(Shelf):
    kind = "permission"

    def changes(self) -> tuple[Change, ...]:
        return tuple(self._rows[key] for key in sorted(self._rows))

    def add(self, change: Change) -> None:
        self._rows[change.role, change.permission] = change

    def forget(self, role: str, permission: str) -> None:
        self._rows.pop((role, permission), None)


class MemoryAuditTrail(Shelf):
    kind = "audit entry"

    def add(self, entry: AuditEntry) -> None:
        self._rows[entry.id] = entry

    def all(self) -> list[AuditEntry]:
        """Every entry, oldest first, for tests to read."""
        return [self._rows[key] for key in sorted(self._rows)]


class MemoryKeptAnswers(Shelf):
    kind = "kept answer"

    def try_lock(self, scope: str) -> bool:
        return True

    def find(self, scope: str) -> KeptAnswer | None:
        return self._rows.get(scope)

    def add(self, answer: KeptAnswer) -> None:
        self._rows[answer.scope] = answer

    def remove_before(self, instant: datetime) -> int:
        return self._remove(lambda answer: answer.created_at < instant)


class MemorySchedules(Shelf):
    kind = "schedule"

    def all(self) -> list[Schedule]:
        return [self._rows[name] for name in sorted(self._rows)]

    def get(self, name: str) -> Schedule:
        found: Schedule = find(self._rows, name, self.kind)
        return found

    def lock(self, name: str) -> Schedule:
        return self.get(name)

    def due(self, now: datetime) -> list[Schedule]:
        return [one for one in self.all() if one.enabled and one.next_due is not None and one.next_due <= now]

    def add(self, schedule: Schedule) -> None:
        self._rows[schedule.name] = schedule

    def record(self, run: ScheduleRun) -> None:
        if run.due_at is not None and self.has_run(run.schedule, run.due_at):
            raise Conflict("This schedule already ran for this due instant.")
        self._runs[run.task_id] = run

    def has_run(self, name: str, due: datetime) -> bool:
        return any((run.schedule, run.due_at) == (name, due) for run in self._runs.values())

    def runs(self, name: str, most: int) -> list[ScheduleRun]:
        found = [run for run in self._runs.values() if run.schedule == name]
        return sorted(found, key=_when, reverse=True)[:most]

    def remove_runs_before(self, instant: datetime) -> int:
        gone = [key for key, run in self._runs.items() if run.fired_at < instant]
        for key in gone:
            del self._runs[key]
        return len(gone)

    @property
    def _runs(self) -> dict[str, ScheduleRun]:
        return self._store.shelf("schedule run")


class MemoryDeletedRecords(Shelf):
    kind = "deleted record"

    def add(self, deleted: DeletedRecord) -> None:
        self._rows[deleted.id] = deleted

    def remove_kinds(self, kinds: Sequence[str]) -> int:
        return self._remove(lambda deleted: deleted.kind in kinds)

    def remove_before(self, instant: datetime, most: int) -> int:
        due = sorted((row for row in self._rows.values() if row.at < instant), key=lambda row: (row.at, row.id))[:most]
        return self._remove(lambda deleted: deleted in due)


class MemoryListViews(Shelf):
    kind = "list view"

    def add(self, view: ListView) -> None:
        self._rows[view.id] = view

    def owned(self, kind: str, owner: str) -> list[ListView]:
        return self.seen_by(kind, owner, ())

    def seen_by(self, kind: str, owner: str, audiences: Sequence[str]) -> list[ListView]:
        of_list = (view for view in self._rows.values() if view.kind == kind)
        return [view for view in of_list if view.owner == owner or view.audience in audiences]

    def remove(self, view_id: str) -> None:
        self._remove(lambda view: view.id == view_id)


def _when(run: ScheduleRun) -> tuple[datetime, bool, datetime, str]:
    return run.fired_at, run.due_at is not None, run.due_at or run.fired_at, run.task_id
