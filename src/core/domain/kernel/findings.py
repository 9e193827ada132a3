"""One line of what the doctor says of an installation; it knows none of the checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """OK: nothing to do. WARNING: it works, but not as it should. FAULT: it does not work."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one item is like. `reach` is real or sandbox where that makes a difference, `do` what to set or to run,
    `guide` a page under docs/, `unfit` why it will not do in production, a sentence with what to do next."""

    item: str
    state: State = State.OK
    says: str
    reach: str = ""
    do: str = ""
    guide: str = ""
    unfit: str = ""
