"""How often one sender may do a thing."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request is let in. Of `limit` in `window` seconds `remaining` are left; all again in `reset` s."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    window: int


class Limiter(Protocol):
    """Counts requests by what they do and who sends them."""

    def knows(self, what: str) -> bool:
        """Whether it was said how many of these are let through."""
        ...

    def hit(self, what: str, sender: str) -> Verdict:
        """Count one request and say whether it is let in. Never raises, never waits for a sick counter."""
        ...
