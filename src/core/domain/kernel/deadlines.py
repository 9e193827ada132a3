"""How long whoever waits can still wait; it knows nothing of what they wait for.

The caller says it once (`with within(2.0):`), and everything below can read it: each wait for somebody outside asks
`time_left` for its own limit. It is monotonic time, so that no clock that is set can move it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

A_MOMENT = 0.05
"""Seconds. What waits not at all is waiting for ever to some libraries."""
_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give everything inside this block so many seconds, or what is left outside of it if that is less."""
    outer = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(outer)


def time_left(most: float = math.inf) -> float:
    """The seconds that are left, at most `most`; never less than a moment. Infinite where nobody set a deadline."""
    return max(A_MOMENT, min(most, _until.get() - time.monotonic()))


def is_over() -> bool:
    """Whether the time is used up."""
    return time.monotonic() >= _until.get()
