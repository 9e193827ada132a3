"""Prefixed, time-sorted identifiers, made here and nowhere else.

Shape: `<prefix>_<26 characters>`, lower-case Crockford base32 of 48 bits of milliseconds and 80 random bits
(the layout of ULID, https://github.com/ulid/spec), so they sort by the time they were made.
"""

import os
import re
from datetime import datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SHAPE = re.compile(r"^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$")
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]


def new_id(prefix: str, now: datetime) -> str:
    """Return a new identifier; `prefix` is three lower-case letters, `now` is UTC-aware."""
    return _spelled(prefix, now, int.from_bytes(os.urandom(10), "big"))


def earliest_id(prefix: str, instant: datetime) -> str:
    """Return what no identifier made since `instant` comes before: ids hold the time, so a range of them is one too."""
    return _spelled(prefix, instant, 0)


def _spelled(prefix: str, instant: datetime, rest: int) -> str:
    number = (int(instant.timestamp() * 1000) << 80) | rest
    return prefix + "_" + "".join(_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10))


def is_id(text: str, prefix: str) -> bool:
    """Whether `text` has the shape of an identifier of this kind."""
    return text.startswith(prefix + "_") and SHAPE.match(text) is not None
