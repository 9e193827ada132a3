"""Counts of tries to sign in, past SQLAlchemy: most are counted and taken back within one sign-in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import itemgetter

import orjson
from sqlalchemy import delete

from adapters.db import tables
from adapters.db.engine import Database
from adapters.db.glance import Glance
from adapters.db.repositories import Shelf
from adapters.db.types import Instant, spelled
from core.domain.accounts import Try

FOUND = "SELECT key, kind, failures, last_at FROM sign_in_tries WHERE key IN ({keys})"
COUNTED = """WITH given AS (SELECT * FROM {given}), held AS (
        SELECT key, failures, last_at FROM sign_in_tries WHERE key IN ({keys}) ORDER BY key {for_update})
    INSERT INTO sign_in_tries (key, kind, failures, last_at)
    SELECT key, kind, failures, last_at FROM given WHERE NOT EXISTS (
        SELECT 1 FROM given LEFT JOIN held ON held.key = given.key
        WHERE coalesce(held.failures, 0) <> coalesce(given.seen, 0)
            OR given.seen > 0 AND held.last_at <> given.seen_at)
    ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at, failures = excluded.failures + CASE
        WHEN excluded.key IN (SELECT key FROM given WHERE seen IS NULL) THEN sign_in_tries.failures ELSE 0 END
    RETURNING key"""
FEWER = """UPDATE sign_in_tries SET failures = CASE WHEN key IN ({every}) OR failures < 1 THEN 0 ELSE failures - 1 END
    WHERE key IN (SELECT key FROM sign_in_tries WHERE key IN ({keys}) ORDER BY key {for_update})"""
"""Rows are always taken in the order of their keys, or two sign-ins could wait for each other. Each key has its
own mark: how short an array is PostgreSQL does not know beforehand, so it would plan anew each time."""
SQLITE = {
    "for_update": "",
    "given": """(SELECT json_extract(value, '$.key') AS key, json_extract(value, '$.kind') AS kind,
        json_extract(value, '$.failures') AS failures, json_extract(value, '$.last_at') AS last_at,
        json_extract(value, '$.seen') AS seen, json_extract(value, '$.seen_at') AS seen_at
        FROM json_each(:given)) AS given""",
}
POSTGRES = {
    "for_update": "FOR UPDATE",
    "given": """json_to_recordset(CAST(:given AS json)) AS given(
        key text, kind text, failures integer, last_at timestamptz, seen integer, seen_at timestamptz)""",
}


class SqlTries(Shelf):
    """`core.ports.repositories.Tries`, each verb one statement however many keys it is about."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._spelled = SQLITE if database.is_sqlite else POSTGRES
        self._glance = Glance((None, None, None, Instant), database.is_sqlite)

    def find(self, keys: Sequence[str]) -> list[Try]:
        rows = map(self._glance.read, self._database.rows(self._about(FOUND, keys), _marked(keys)))
        return [Try(key=key, kind=kind, failures=failures, last_at=last_at) for key, kind, failures, last_at in rows]

    def count(self, counts: Collection[Try], seen: Collection[Try]) -> bool:
        before = {one.key: {"seen": one.failures, "seen_at": spelled(one.last_at)} for one in seen}
        rows = [vars(one) | {"last_at": spelled(one.last_at)} | before.get(one.key, {}) for one in counts]
        given, keys = orjson.dumps(sorted(rows, key=itemgetter("key"))).decode(), [one.key for one in counts]
        return bool(self._database.rows(self._about(COUNTED, keys), {"given": given, **_marked(keys)}))

    def take_back(self, keys: Collection[str], every: Collection[str] = ()) -> None:
        named = (*every, *keys)
        self._database.tell(self._about(FEWER, named, every), _marked(named))

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(tables.tries).where(tables.tries.c.last_at < instant))

    def _about(self, statement: str, keys: Collection[str], every: Collection[str] = ()) -> str:
        """A statement about so many keys, the first of which are `every`."""
        among, marks = len(every), [f":key_{place}" for place in range(len(keys))]
        listed = {"keys": ", ".join(marks) or "NULL", "every": ", ".join(marks[:among]) or "NULL"}
        return statement.format_map(self._spelled | listed)


def _marked(keys: Iterable[str]) -> dict[str, str]:
    return {f"key_{place}": key for place, key in enumerate(keys)}
