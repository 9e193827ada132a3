"""The RQ worker and the scheduler: entrypoints that run what others accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrypoints.container import App
    from entrypoints.worker.clock import Clock
    from entrypoints.worker.rq_worker import WakeUpWorker


def make_worker(app: App) -> type[WakeUpWorker]:
    """Return the RQ worker class for this application; `rq worker -w worker.Worker` and `python worker.py` use it."""
    from entrypoints.worker.rq_worker import WakeUpWorker

    return type("Worker", (WakeUpWorker,), {"app": app})


def make_clock(app: App) -> Clock:
    """Return the scheduler."""
    from entrypoints.worker.clock import Clock

    return Clock(app)
