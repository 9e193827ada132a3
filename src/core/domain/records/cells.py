"""How a value is told as a cell of CSV, where no database tells it; the promises are those of `core.ports.extracts`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that spreadsheets calculate (OWASP "CSV Injection")."""


def lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return rows of values as lines."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(map(cell, row) for row in rows)
    return written.getvalue().encode()


def cell(value: Any) -> str:
    """Return one value as a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _instant(value.astimezone(UTC).replace(tzinfo=None)) + "+00:00"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return str(value)


def _instant(value: datetime) -> str:
    return value.isoformat().rstrip("0").rstrip(".") if value.microsecond else value.isoformat()
