"""What PostgreSQL knows of a table without reading it: about how many rows, and which share has each frequent value."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, text

from adapters.db.engine import Database

AGE = 10.0
"""Seconds for which an answer is kept: ANALYZE runs every few minutes at most, and the view costs a millisecond."""
ALL = 0.999
"""Shares that come to this are those of every value that was seen."""
ASKED = text("""
    SELECT c.reltuples::bigint, s.attname, s.most_common_vals::text::text[], s.most_common_freqs
    FROM pg_class c LEFT JOIN pg_stats s
        ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
        AND s.n_distinct BETWEEN 1 AND 100
    WHERE c.oid = to_regclass(:name)
""")


@dataclass(frozen=True, kw_only=True)
class Known:
    """About how many rows a table has (0: nobody knows), and by field which share of them has a value, as text."""

    rows: int = 0
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def having(self, name: str, value: Any) -> int | None:
        """About how many rows have this value, or None when statistics do not tell. About none has a value that is not
        among the frequent ones where those are all there is."""
        shares = self.shares.get(name, {})
        share = shares.get(_written(value), 0.0 if sum(shares.values()) > ALL else None)
        return None if share is None else round(self.rows * share)


class Statistics:
    """Asks for them at most every few seconds; on SQLite, and before the first ANALYZE, nothing is known."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[str, tuple[float, Known]] = {}

    def of(self, table: Table) -> Known:
        """Return what is known of a table; asked within the open block."""
        if self._database.is_sqlite:
            return Known()
        at, known = self._kept.get(table.name, (0.0, Known()))
        if not known.rows or time.monotonic() - at > AGE:
            known = self._asked(table.name)
            self._kept[table.name] = time.monotonic(), known
        return known

    def _asked(self, name: str) -> Known:
        said = self._database.connection.execute(ASKED, {"name": name}).all()
        shares = {row[1]: dict(zip(row[2], row[3], strict=True)) for row in said if row[2]}
        return Known(rows=max(0, said[0][0]) if said else 0, shares=shares)


def _written(value: Any) -> str:
    """A value as PostgreSQL writes it."""
    return str(value)[0].lower() if isinstance(value, bool) else str(value)
