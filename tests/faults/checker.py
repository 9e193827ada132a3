"""Compares what was promised with what happened, after quiescence; a row each fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.faults.stage import Stage

HEADINGS = ("fault", "acknowledged", "lost", "doubled", "in_doubt", "recovery_s")
PROMISED = 30.0
"""Seconds (promises 2 and 3)."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one fault did."""

    fault: str
    acknowledged: int
    lost: int
    doubled: int
    in_doubt: int
    recovery: float

    def __str__(self) -> str:
        figures = (self.acknowledged, self.lost, self.doubled, self.in_doubt, f"{self.recovery:.1f}")
        return f"{self.fault:<52}" + "".join(f"{figure:>13}" for figure in figures)

    def check(self, *, doubts: int = 0) -> None:
        """Fail on anything lost or doubled, on more doubts than threads × kills, on a recovery that took too long."""
        assert (self.lost, self.doubled) == (0, 0), self
        assert self.in_doubt <= doubts, self
        assert self.recovery <= PROMISED, self


def heading() -> str:
    """The line above the rows."""
    return f"{HEADINGS[0]:<52}" + "".join(f"{name:>13}" for name in HEADINGS[1:])


def letters(stage: Stage) -> Counter[str]:
    """How often the mail server took each letter, by task."""
    path = stage.folder / "sink" / "letters"
    lines = path.read_text().splitlines() if path.exists() else []
    return Counter(line.split("\t")[0].strip("<>").partition("@")[0] for line in lines)


def subjects(stage: Stage) -> Counter[str]:
    """How often the mail server took each letter, by the subject its sender wrote."""
    path = stage.folder / "sink" / "letters"
    lines = path.read_text().splitlines() if path.exists() else []
    return Counter(line.split("\t")[2].partition(" (message from")[0] for line in lines)


def counted(stage: Stage) -> Counter[str]:
    """How often each key was written into our database."""
    return Counter(str(row[0]) for row in stage.rows("SELECT key FROM fault_effects"))


def look(
    fault: str, stage: Stage, promised: Sequence[str], effects: Counter[str], *, recovery: float,
    exempt: Iterable[str] = (),
) -> Row:  # fmt: skip
    """Compare. `promised` are task ids or keys, as `effects` counts them; the `exempt` may have come to nothing."""
    doubts = {str(task): int(str(number)) for task, number in stage.rows("SELECT id, in_doubt FROM tasks")}
    assert stage.number("SELECT count(*) FROM tasks WHERE state = 'running'") == 0, "a task was left running"
    lost = [task for task in promised if effects[task] == 0 and task not in set(exempt)]
    doubled = sum(max(0, times - 1 - doubts.get(task, 0)) for task, times in effects.items())
    return Row(
        fault=fault, acknowledged=len(promised), lost=len(lost), doubled=doubled, in_doubt=sum(doubts.values()),
        recovery=recovery,
    )  # fmt: skip
