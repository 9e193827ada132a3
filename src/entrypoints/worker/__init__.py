"""The RQ worker and the scheduler: entrypoints that run what others accepted."""

from entrypoints.container import App
from entrypoints.worker.clock import Clock
from entrypoints.worker.rq_worker import WakeUpWorker


def make_worker(app: App) -> type[WakeUpWorker]:
    """Return the RQ worker class for this application; `rq worker -w worker.Worker` and `python worker.py` use it."""
    return type("Worker", (WakeUpWorker,), {"app": app})


def make_clock(app: App) -> Clock:
    """Return the scheduler."""
    return Clock(app)
