"""Counts of tries to sign in, past SQLAlchemy: most are counted and taken back within one sign-in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import delete

from adapters.db import tables
from adapters.db.engine import Database
from adapters.db.glance import Glance
from adapters.db.repositories import Shelf
from adapters.db.types import Instant, spelled
from core.domain.accounts import Try

HELD = "SELECT key, kind, failures, last_at FROM sign_in_tries WHERE key {among_keys} ORDER BY key {held}"
COUNTED = """INSERT INTO sign_in_tries (key, kind, failures, last_at)
    SELECT key, kind, failures, last_at FROM {given} WHERE true
    ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at, failures = excluded.failures
        + CASE WHEN excluded.key {among_begun} THEN sign_in_tries.failures ELSE 0 END"""
FEWER = """UPDATE sign_in_tries SET failures = CASE WHEN key {among_every} OR failures < 1 THEN 0 ELSE failures - 1 END
    WHERE key {among_held}"""
SQLITE = {
    "held": "",
    "given": """(SELECT json_extract(value, '$.key') AS key, json_extract(value, '$.kind') AS kind,
        json_extract(value, '$.failures') AS failures, json_extract(value, '$.last_at') AS last_at
        FROM json_each(:given)) AS given""",
    "among_keys": "IN (SELECT value FROM json_each(:keys))",
    "among_begun": "IN (SELECT value FROM json_each(:begun))",
    "among_every": "IN (SELECT value FROM json_each(:every))",
    "among_held": "IN (SELECT value FROM json_each(:keys))",
}
POSTGRES = {
    "held": "FOR UPDATE",
    "given": """json_to_recordset(CAST(:given AS json))
        AS given(key text, kind text, failures integer, last_at timestamptz)""",
    "among_held": "= ANY(ARRAY(SELECT key FROM sign_in_tries WHERE key = ANY(:keys) ORDER BY key FOR UPDATE))",
    "among_keys": "= ANY(:keys)",
    "among_begun": "= ANY(:begun)",
    "among_every": "= ANY(:every)",
}
"""Rows are always taken in the order of their keys, or two sign-ins could wait for each other."""


class SqlTries(Shelf):
    """`core.ports.repositories.Tries`, each verb one statement however many keys it is about."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        spelled = SQLITE if database.is_sqlite else POSTGRES
        self._held, self._counted, self._fewer = (one.format_map(spelled) for one in (HELD, COUNTED, FEWER))
        self._glance = Glance((None, None, None, Instant), database.is_sqlite)

    def find(self, keys: Sequence[str]) -> list[Try]:
        rows = map(self._glance.read, self._database.rows(self._held, {"keys": self._listed(keys)}))
        return [Try(key=key, kind=kind, failures=failures, last_at=last_at) for key, kind, failures, last_at in rows]

    def keep(self, found: Collection[Try], begun: Collection[Try]) -> None:
        counts = sorted((*found, *begun), key=attrgetter("key"))
        rows = orjson.dumps([vars(one) | {"last_at": spelled(one.last_at)} for one in counts]).decode()
        self._database.rows(self._counted, {"given": rows, "begun": self._listed(one.key for one in begun)})

    def take_back(self, keys: Collection[str], every: Collection[str] = ()) -> None:
        self._database.tell(self._fewer, {"keys": self._listed((*keys, *every)), "every": self._listed(every)})

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(tables.tries).where(tables.tries.c.last_at < instant))

    def _listed(self, keys: Iterable[str]) -> Any:
        """Keys as one value: an array, or JSON where there are none."""
        return orjson.dumps(list(keys)).decode() if self._database.is_sqlite else list(keys)
