"""Figures in SQL: each is counted over a range of keys or of the index of ended tasks, and reads no more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import TextClause, bindparam, column, func, select, text

from adapters.db import tables
from adapters.db.engine import Database
from adapters.db.types import Instant, spelled
from core.domain.kernel.ids import earliest_id
from core.ports.clock import Clock
from core.ports.figures import Numbers, Outcome, Pace, Slow, Span

LATELY = 5000
"""So many tasks tell how it goes; more would tell the same and take longer."""
HOUR = timedelta(hours=1)
NAMES = tuple(one.name for one in fields(Numbers))
SPANS = {
    "postgresql": "CAST(EXTRACT(epoch FROM {1} - {0}) AS float)",
    "sqlite": "86400 * (julianday({1}) - julianday({0}))",
}
ENDED = """SELECT
    sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS done,
    sum(CASE WHEN state = 'done' AND name = 'contact.deliver' THEN 1 ELSE 0 END) AS delivered,
    sum(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS dead,
    sum(CASE WHEN attempts > 1 THEN 1 ELSE 0 END) AS retried
    FROM {spans} LEFT JOIN tasks ON tasks.finished_at >= spans.start_at AND tasks.finished_at < spans.end_at
    GROUP BY spans.place ORDER BY spans.place"""
MADE = """SELECT
    (SELECT count(*) FROM tasks WHERE id >= spans.tsk AND id < spans.tsk_end) AS accepted,
    (SELECT count(*) FROM users WHERE id >= spans.usr AND id < spans.usr_end) AS sign_ups,
    (SELECT count(*) FROM contact_messages WHERE id >= spans.msg AND id < spans.msg_end) AS messages,
    (SELECT count(*) FROM audit_entries WHERE id >= spans.aud AND id < spans.aud_end
        AND action = 'failed to sign in') AS refusals
    FROM {spans} ORDER BY spans.place"""
KEEP = f"""INSERT INTO hourly_figures (hour, {", ".join(NAMES)})
    VALUES (:hour, {", ".join(f":{name}" for name in NAMES)})
    ON CONFLICT (hour) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in NAMES)}"""
SLOWEST = """SELECT name, count(*) AS number, avg(seconds) AS mean, max(seconds) AS longest,
    max(CASE WHEN place = 1 THEN id END) AS task_id
    FROM (SELECT id, name, seconds, row_number() OVER (PARTITION BY name ORDER BY seconds DESC, id) AS place
        FROM (SELECT id, name, {worked} AS seconds FROM tasks
            WHERE finished_at >= :since AND state IN ('done', 'dead') AND started_at IS NOT NULL
            ORDER BY finished_at DESC LIMIT :lately) AS latest) AS placed
    GROUP BY name ORDER BY longest DESC, name LIMIT :most"""
PACES = """SELECT queue, count(*) AS number, min(finished_at) AS first, avg(wait) AS wait
    FROM (SELECT queue, finished_at, {waited} AS wait FROM tasks WHERE finished_at >= :since AND state <> 'cancelled'
        ORDER BY finished_at DESC LIMIT :lately) AS latest
    GROUP BY queue ORDER BY queue"""
INSTANTS = ("hour", "since")
PREFIXES = ("tsk", "usr", "msg", "aud")
BOUNDS = ("start_at", "end_at", *PREFIXES, *(f"{prefix}_end" for prefix in PREFIXES))
SPANS_SQLITE = f"""(SELECT key AS place, {", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in BOUNDS)}
    FROM json_each(:spans)) AS spans"""
KINDS = {name: "timestamptz" if name.endswith("_at") else 'text COLLATE "C"' for name in BOUNDS}
SPANS_POSTGRES = f"""json_to_recordset(CAST(:spans AS json)) AS spans(place integer,
    {", ".join(f"{name} {kind}" for name, kind in KINDS.items())})"""


class SqlFigures:
    """`core.ports.figures.Figures` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        span = SPANS["sqlite" if database.is_sqlite else "postgresql"]
        spans = SPANS_SQLITE if database.is_sqlite else SPANS_POSTGRES
        self._made, self._ended = text(MADE.format(spans=spans)), text(ENDED.format(spans=spans))
        self._slowest = _bound(SLOWEST.format(worked=span.format("started_at", "finished_at")))
        waited = span.format("COALESCE(due_at, created_at)", "COALESCE(started_at, finished_at)")
        told = (column("queue"), column("number"), column("first", Instant), column("wait"))
        self._paces = _bound(PACES.format(waited=waited)).columns(*told)

    def count(self, spans: Sequence[Span]) -> list[Numbers]:
        asked = {"spans": orjson.dumps([_span(place, *span) for place, span in enumerate(spans)]).decode()}
        found = [self._database.connection.execute(one, asked).mappings() for one in (self._made, self._ended)]
        return [Numbers(**_whole(made), **_whole(ended)) for made, ended in zip(*found, strict=True)]

    def keep(self, hours: Mapping[datetime, Numbers]) -> None:
        if hours:
            rows = [{"hour": hour, **asdict(numbers)} for hour, numbers in hours.items()]
            self._database.connection.execute(_bound(KEEP), rows)

    def kept(self, start: datetime, end: datetime) -> dict[datetime, Numbers]:
        hourly = tables.hourly_figures.c
        wanted = select(tables.hourly_figures).where((hourly.hour >= start) & (hourly.hour < end)).order_by(hourly.hour)
        rows = self._database.connection.execute(wanted).all()
        return {row.hour: Numbers(**{name: getattr(row, name) for name in NAMES}) for row in rows}

    def kept_until(self) -> datetime | None:
        last = self._database.connection.execute(select(func.max(tables.hourly_figures.c.hour))).scalar()
        return None if last is None else last + HOUR

    def slowest(self, since: datetime, most: int) -> list[Slow]:
        rows = self._database.connection.execute(self._slowest, {"since": since, "most": most, "lately": LATELY})
        return [Slow(**row) for row in rows.mappings()]

    def paces(self, since: datetime) -> list[Pace]:
        rows = self._database.connection.execute(self._paces, {"since": since, "lately": LATELY}).all()
        is_cut = sum(row.number for row in rows) >= LATELY
        begin = min((row.first for row in rows), default=since) if is_cut else since
        minutes = max((self._clock.now() - begin).total_seconds(), 1.0) / 60
        return [Pace(queue=row.queue, per_minute=row.number / minutes, wait=max(0.0, row.wait)) for row in rows]

    def outcomes(self, task_ids: Iterable[str]) -> dict[str, Outcome]:
        tasks = tables.tasks.c
        named = (tasks.id, tasks.name, tasks.state, tasks.error, tasks.started_at, tasks.finished_at)
        rows = self._database.connection.execute(select(*named).where(tasks.id.in_(list(task_ids))))
        return {row.id: _outcome(row) for row in rows}


def _span(place: int, start: datetime, end: datetime) -> dict[str, Any]:
    """A span as the statements read it: by instants, and by the keys that begin with them."""
    began = {prefix: earliest_id(prefix, start) for prefix in PREFIXES}
    ended = {f"{prefix}_end": earliest_id(prefix, end) for prefix in PREFIXES}
    instants = {name: spelled(at)
                for name, at in (("start_at", start), ("end_at", end))}  # fmt: skip
    return {"place": place, **instants, **began, **ended}


def _whole(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(number or 0) for name, number in row.items()}


def _bound(sql: str) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=Instant) for name in INSTANTS if f":{name}" in sql))


def _seconds(row: Any) -> float | None:
    return (row.finished_at - row.started_at).total_seconds() if row.started_at and row.finished_at else None


def _outcome(row: Any) -> Outcome:
    return Outcome(name=row.name, state=row.state, error=row.error, seconds=_seconds(row))
