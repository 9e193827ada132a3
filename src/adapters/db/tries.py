"""Tries to sign in, past SQLAlchemy: most are counted and taken back within one sign-in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import delete

from adapters.db import tables
from adapters.db.engine import Database
from adapters.db.glance import Glance, Glances
from adapters.db.repositories import Shelf
from adapters.db.types import Instant
from core.domain.accounts import Caller, Try, User

FOUND = "SELECT key, kind, failures, last_at FROM sign_in_tries WHERE key IN ({keys})"
HELD = """given(key, kind, failures, last_at, seen, seen_at) AS (VALUES {given}), held AS (
    SELECT key, failures, last_at FROM sign_in_tries WHERE key IN ({keys}) ORDER BY key {lock})"""
GIVEN = "(:key_{0}, :kind_{0}, :failures_{0}, :last_at_{0}, :seen_{0}, :seen_at_{0})"
COUNTED = """INSERT INTO sign_in_tries (key, kind, failures, last_at)
    SELECT key, kind, failures, last_at FROM given WHERE NOT EXISTS (
        SELECT 1 FROM given LEFT JOIN held ON held.key = given.key
        WHERE coalesce(held.failures, 0) <> given.seen OR given.seen > 0 AND held.last_at <> given.seen_at)
    ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at, failures = excluded.failures + CASE
        WHEN excluded.key IN (SELECT key FROM given WHERE seen = 0) THEN sign_in_tries.failures ELSE 0 END
    RETURNING key"""
FEWER = """UPDATE sign_in_tries SET failures = CASE WHEN key IN ({every}) OR failures < 1 THEN 0 ELSE failures - 1 END
    WHERE key IN (SELECT key FROM sign_in_tries WHERE key IN ({keys}) ORDER BY key {lock})"""
"""Rows are always taken in the order of their keys, or two sign-ins could wait for each other. Each key has its
own mark: how short an array is PostgreSQL does not know beforehand, so it would plan anew each time."""
COUNT = f"WITH {HELD} {COUNTED}"
CALLER = """SELECT {counted}, id IS NOT NULL,
    EXISTS (SELECT 1 FROM factors WHERE user_id = users.id AND confirmed_at IS NOT NULL), {columns}
    FROM (SELECT 1) AS one LEFT JOIN users ON {by}"""
KNOCK = f"WITH {HELD}, counted AS ({COUNTED}) {CALLER}"
OF_ADDRESS, OF_NAME = "lower(email) = :who", "lower(username) = :who AND username <> ''"


class SqlTries(Shelf):
    """`core.ports.repositories.Tries`, each verb one statement however many keys it is about."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._lock = "" if database.is_sqlite else "FOR UPDATE"
        self._glance = Glance((None, None, None, Instant), database.is_sqlite)

    def find(self, keys: Sequence[str]) -> list[Try]:
        rows = map(self._glance.read, self._database.rows(_about(FOUND, len(keys)), _marked(keys)))
        return [Try(key=key, kind=kind, failures=failures, last_at=last_at) for key, kind, failures, last_at in rows]

    def count(self, counts: Collection[Try], seen: Collection[Try]) -> bool:
        return bool(self._database.rows(_about(COUNT, len(counts), lock=self._lock), _given(counts, seen)))

    def take_back(self, keys: Collection[str], every: Collection[str] = ()) -> None:
        named = (*every, *keys)
        self._database.tell(_about(FEWER, len(named), len(every), lock=self._lock), _marked(named))

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(tables.tries).where(tables.tries.c.last_at < instant))


class SqlDoor(Shelf):
    """`core.ports.repositories.Door`, in one statement where asking takes a way to and fro."""

    def __init__(self, database: Database, tries: SqlTries) -> None:
        super().__init__(database)
        self._tries, self._users = tries, Glances(database, User, tables.users)

    def knock(self, who: str, counts: Collection[Try], seen: Collection[Try]) -> Caller | None:
        asked = {"columns": self._users.columns, "by": OF_ADDRESS if "@" in who else OF_NAME}
        given: dict[str, Any] = {"who": who.strip().lower()}
        if self._database.is_sqlite:  # its WITH only reads
            statement = _about(CALLER, counted=str(self._tries.count(counts, seen)), **asked)
        else:
            statement = _about(KNOCK, len(counts), lock="FOR UPDATE", counted="EXISTS (SELECT 1 FROM counted)", **asked)
            given |= _given(counts, seen)
        ((is_counted, is_known, has_second, *user),) = self._database.rows(statement, given)
        if not is_counted:
            return None
        return Caller(user=self._users.made(user) if is_known else None, has_second=bool(has_second))


@lru_cache(maxsize=64)
def _about(statement: str, number: int = 0, among: int = 0, **spelled: str) -> str:
    """A statement about so many keys, of which the first are every one that is named so."""
    marks = [f":key_{place}" for place in range(number)]
    keys, every = (", ".join(some) or "NULL" for some in (marks, marks[:among]))
    return statement.format(keys=keys, every=every, given=", ".join(map(GIVEN.format, range(number))), **spelled)


def _marked(keys: Iterable[str]) -> dict[str, str]:
    return {f"key_{place}": key for place, key in enumerate(keys)}


def _given(counts: Collection[Try], seen: Collection[Try]) -> dict[str, Any]:
    """The values of what is given, in the order of its keys."""
    given: dict[str, Any] = {}
    before = {one.key: one for one in seen}
    for place, one in enumerate(sorted(counts, key=attrgetter("key"))):
        was = before.get(one.key, one)
        given |= {
            f"key_{place}": one.key, f"kind_{place}": one.kind, f"failures_{place}": one.failures,
            f"last_at_{place}": one.last_at, f"seen_{place}": 0 if was is one else was.failures,
            f"seen_at_{place}": was.last_at,
        }  # fmt: skip
    return given
