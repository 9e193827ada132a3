"""How many posts there are of what, kept and not counted: changes are appended, and folded once there are some."""

from __future__ import annotations

from typing import Any

from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.content import Tallies

FOLD = "content.fold-tallies"


class Tallying:
    """Folds changes into the numbers that are kept, and counts all of them anew once a night."""

    def __init__(self, tallies: Tallies) -> None:
        self._tallies = tallies

    @every("content-tallies", "11 * * * *")
    @task(FOLD, queue="upkeep", priority=8)
    def fold(self, run: Run) -> dict[str, Any]:
        """Fold what was appended; reading stays exact meanwhile. Some posts ask for it, the clock for the rest."""
        return {"folded": self._tallies.fold()}

    @every("content-recount", "23 4 * * *")
    @task("content.recount-tallies", queue="upkeep", priority=9)
    def recount(self, run: Run) -> dict[str, Any]:
        """Count everything anew, and say how many numbers were wrong: none should be."""
        return {"mended": self._tallies.recount()}
