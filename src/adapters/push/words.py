"""What a push says, cut so that it fits; it knows no vendor."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from core.ports.push import Notice

LONGEST_TITLE = 120


def fitting(notice: Notice, most: int, written: Callable[[Notice], bytes]) -> bytes:
    """Return the notice as `written` writes it, in at most `most` bytes: first its title is cut, then its text."""
    notice = dataclasses.replace(notice, title=_cut(notice.title, LONGEST_TITLE))
    body, length = written(notice), len(notice.text)
    while len(body) > most and length > 1:
        length = max(1, length - max(1, (len(body) - most) // 6))
        body = written(dataclasses.replace(notice, text=_cut(notice.text, length)))
    return body


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
