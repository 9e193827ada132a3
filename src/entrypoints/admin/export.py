"""A list as CSV (RFC 4180), a thousand rows at a time, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from core.domain.records import Field, Record
from core.ports.records import Place, Question, Row
from entrypoints.container import App

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that spreadsheets calculate (OWASP "CSV Injection")."""

MARK = "\ufeff"
"""Without a byte order mark spreadsheets take UTF-8 for something older, and spoil every accent."""


def lines(app: App, record: Record, question: Question) -> Iterator[str]:
    """Yield the CSV of every row that fits; between two batches no connection is held."""
    yield MARK + _csv([list(record.fields)])
    place: Place | None = None
    while rows := _batch(app, record, question, place):
        yield _csv([[cell(field, row[field.name]) for field in record.fields.values()] for row in rows])
        place = Place(key=str(rows[-1][record.key]), value=rows[-1][question.order])


def cell(field: Field, value: Any) -> str:
    """Return a value as a cell: "" for none, ISO 8601 for instants, and a ' before what would be a formula."""
    plain = field.plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, default=str)
    return f"'{text}" if isinstance(plain, str) and text.startswith(FORMULA) else text


def _batch(app: App, record: Record, question: Question, place: Place | None) -> list[Row]:
    with app.uow.reading():
        rows: list[Row] = app.records.batch(record, question, place)
    return rows


def _csv(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
