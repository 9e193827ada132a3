"""How values are written for people, on pages and in mails."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(value: datetime) -> str:
    """An instant as people read it, in UTC."""
    return f"{value.astimezone(UTC):%d %b %Y, %H:%M:%S}".lstrip("0")
