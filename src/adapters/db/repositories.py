"""Entities in the database, through the session of whatever transaction is open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    CursorResult,
    Select,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.sql.base import Executable

from adapters.db import tables
from adapters.db.engine import Database
from adapters.db.glance import Glances, tell
from adapters.db.stand_ins import KeptSession
from core.domain.accounts import Session, User
from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.idempotency import KeptAnswer
from core.domain.kernel.errors import NotFound
from core.domain.records import DeletedRecord, ListView
from core.domain.schedules import Schedule, ScheduleRun

E = TypeVar("E")
OF_ADDRESS = func.lower(tables.users.c.email) == bindparam("wanted")
OF_NAME = (func.lower(tables.users.c.username) == bindparam("wanted")) & (tables.users.c.username != "")
SEEN = "UPDATE users SET seen_at = :instant WHERE id = :user"
"""Statements that are made once: to put one together costs as much as to run it."""


class Shelf:
    """What every repository here needs: the open session, and a sentence for what is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _add(self, entity: object) -> None:
        self._database.session.add(entity)

    def _get(self, kind: type[E], key: Any, what: str) -> E:
        found = self._database.session.get(kind, key)
        if found is None:
            raise NotFound(f"There is no {what} {key!r}. It may have been deleted; look at the list again.")
        return found

    def _insert(self, table: Table, entity: object) -> None:
        """Insert past the session, whose unit of work costs more than all the rest: for what nobody changes once it is
        kept."""
        tell(self._database, table, {name: getattr(entity, name) for name in table.c.keys()})  # noqa: SIM118

    def _execute(self, statement: Executable, given: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()) -> int:
        self._database.frame.flush()
        return cast(CursorResult[Any], self._database.connection.execute(statement, given or None)).rowcount


class SqlContactMessages(Shelf):
    def add(self, message: ContactMessage) -> None:
        self._insert(tables.contact_messages, message)

    def get(self, message_id: str) -> ContactMessage:
        return self._get(ContactMessage, message_id, "contact message")


class SqlUsers(Shelf):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._glances = Glances(database, User, tables.users)

    def glance(self, user_id: str) -> User | None:
        found: User | None = self._glances.find(user_id)
        return found

    def add(self, user: User) -> None:
        self._add(user)

    def get(self, user_id: str) -> User:
        return self._get(User, user_id, "user")

    def by_email(self, address: str) -> User | None:
        return self._database.session.scalars(_by_email(), {"wanted": address.strip().lower()}).one_or_none()

    def by_username(self, username: str) -> User | None:
        return self._database.session.scalars(_by_username(), {"wanted": username.strip().lower()}).one_or_none()

    def some(self, user_ids: Sequence[str]) -> list[User]:
        wanted = select(User).where(tables.users.c.id.in_(user_ids))
        return list(self._database.session.scalars(wanted)) if user_ids else []

    def with_usernames(self, usernames: Sequence[str]) -> list[User]:
        lowered = [name.lower() for name in usernames if name]
        wanted = select(User).where(func.lower(tables.users.c.username).in_(lowered))
        return list(self._database.session.scalars(wanted)) if lowered else []

    def images(self, names: Sequence[str]) -> set[str]:
        shown = select(tables.users.c.image).where(tables.users.c.image.in_(names))
        return set(self._database.session.scalars(shown)) if names else set()

    def note_seen(self, user_id: str, instant: datetime) -> None:
        self._database.tell(SEEN, {"user": user_id, "instant": instant})

    def super_admins(self) -> list[User]:
        return list(self._database.session.scalars(_super_admins()))

    def hold_super_admins(self) -> list[User]:
        return list(self._database.session.scalars(_super_admins().with_for_update()))


@cache
def _by_email() -> Select[tuple[User]]:
    return select(User).where(OF_ADDRESS)


@cache
def _by_username() -> Select[tuple[User]]:
    return select(User).where(OF_NAME)


def _super_admins() -> Select[tuple[User]]:
    named = (tables.users.c.role == "super-admin") & tables.users.c.active
    return select(User).where(named).order_by(tables.users.c.id)


class SqlSessions(Shelf):
    def add(self, session: Session) -> None:
        self._insert(tables.sessions, session)

    def find(self, fingerprint: str) -> Session | None:
        return self._database.session.get(KeptSession, fingerprint)

    def note_seen(self, fingerprint: str, instant: datetime, address: str) -> None:
        used = {"seen_at": instant, "address": address}
        self._execute(update(tables.sessions).where(tables.sessions.c.id == fingerprint).values(used))

    def remove(self, fingerprint: str) -> bool:
        return self._execute(delete(tables.sessions).where(tables.sessions.c.id == fingerprint)) > 0

    def of(self, user_id: str, most: int) -> list[Session]:
        owned, newest = tables.sessions.c.user_id == user_id, tables.sessions.c.seen_at.desc()
        wanted = select(KeptSession).where(owned).order_by(newest, tables.sessions.c.id.desc()).limit(most)
        return list(self._database.session.scalars(wanted))

    def remove_all(self, user_id: str, but: str = "") -> int:
        others = (tables.sessions.c.user_id == user_id) & (tables.sessions.c.id != but)
        return self._execute(delete(tables.sessions).where(others))

    def remove_over(self, remembered: bool, *, unseen_since: datetime, begun_before: datetime) -> int:
        kept = tables.sessions.c
        is_over = (kept.seen_at < unseen_since) | (kept.created_at < begun_before)
        return self._execute(delete(tables.sessions).where(kept.remembered.is_(remembered), is_over))


class SqlAuditTrail(Shelf):
    def add(self, entry: AuditEntry) -> None:
        self._insert(tables.audit_entries, entry)


class SqlKeptAnswers(Shelf):
    def try_lock(self, scope: str) -> bool:
        if self._database.is_sqlite:
            return True  # BEGIN IMMEDIATE: the first request has committed before the second gets here
        lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:scope, 0))")
        return bool(self._database.connection.execute(lock, {"scope": scope}).scalar())

    def find(self, scope: str) -> KeptAnswer | None:
        return self._database.session.get(KeptAnswer, scope)

    def add(self, answer: KeptAnswer) -> None:
        self._add(answer)

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(tables.kept_answers).where(tables.kept_answers.c.created_at < instant))


class SqlSchedules(Shelf):
    def all(self) -> list[Schedule]:
        return list(self._database.session.scalars(select(Schedule).order_by(tables.schedules.c.name)))

    def get(self, name: str) -> Schedule:
        return self._get(Schedule, name, "schedule")

    def lock(self, name: str) -> Schedule:
        self.get(name)
        locked = select(Schedule).where(tables.schedules.c.name == name).with_for_update()
        return self._database.session.scalars(locked.execution_options(populate_existing=True)).one()

    def due(self, now: datetime) -> list[Schedule]:
        timely = (tables.schedules.c.next_due <= now) & tables.schedules.c.enabled
        due = select(Schedule).where(timely).order_by(tables.schedules.c.name).with_for_update(skip_locked=True)
        return list(self._database.session.scalars(due))

    def add(self, schedule: Schedule) -> None:
        self._add(schedule)

    def record(self, run: ScheduleRun) -> None:
        self._add(run)
        self._database.session.flush()

    def has_run(self, name: str, due: datetime) -> bool:
        runs = tables.schedule_runs.c
        same = select(runs.task_id).where((runs.schedule == name) & (runs.due_at == due)).limit(1)
        return self._database.session.execute(same).first() is not None

    def runs(self, name: str, most: int) -> list[ScheduleRun]:
        runs = tables.schedule_runs.c
        newest = (runs.fired_at.desc(), runs.due_at.desc().nulls_last(), runs.task_id.desc())
        wanted = select(ScheduleRun).where(runs.schedule == name).order_by(*newest).limit(most)
        return list(self._database.session.scalars(wanted))

    def remove_runs_before(self, instant: datetime) -> int:
        return self._execute(delete(tables.schedule_runs).where(tables.schedule_runs.c.fired_at < instant))


class SqlDeletedRecords(Shelf):
    def add(self, deleted: DeletedRecord) -> None:
        self._add(deleted)

    def remove_kinds(self, kinds: Sequence[str]) -> int:
        return self._execute(delete(tables.deleted_records).where(tables.deleted_records.c.kind.in_(kinds)))

    def remove_before(self, instant: datetime, most: int) -> int:
        rows = tables.deleted_records.c
        oldest = select(rows.id).where(rows.at < instant).order_by(rows.at, rows.id).limit(most)
        return self._execute(delete(tables.deleted_records).where(rows.id.in_(oldest)))


class SqlListViews(Shelf):
    def add(self, view: ListView) -> None:
        self._add(view)

    def owned(self, kind: str, owner: str) -> list[ListView]:
        return self.seen_by(kind, owner, ())

    def seen_by(self, kind: str, owner: str, audiences: Sequence[str]) -> list[ListView]:
        views = tables.list_views.c
        whose = or_(views.owner == owner, views.audience.in_(audiences))
        return list(self._database.session.scalars(select(ListView).where(views.kind == kind, whose)))

    def remove(self, view_id: str) -> None:
        self._execute(delete(tables.list_views).where(tables.list_views.c.id == view_id))
