"""Runs a heavy task in a child process with memory, CPU and time limits; its death is charged, nothing else dies."""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import structlog
from pydantic import SecretStr

from core.domain.kernel.marks import TaskMark
from core.domain.tasks import TaskDied
from core.ports.queue import Claim
from entrypoints import carriers
from entrypoints.config import Settings
from entrypoints.container import App, build
from entrypoints.logs import configure
from entrypoints.worker.clerk import PATIENCE, Clerk, patiently
from entrypoints.worker.run import run_outside

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space a child may use beyond what the interpreter maps."""
ENTRY = Path(__file__).parents[3] / "worker.py"
log = structlog.get_logger("worker")


def run_heavy(app: App, claim: Claim, mark: TaskMark) -> None:
    """Run one claim in a child and wait; when the child dies, charge the task a death.

    The child's own alarm ends it when its time is up; what is waited for here is that and its waits for the database,
    before the call and after it.
    """
    order = {"settings": app.settings.model_dump(), "claim": asdict(claim), "limit": mark.limit}
    child = subprocess.Popen(command(), stdin=subprocess.PIPE, start_new_session=False)
    try:
        child.communicate(json.dumps(order, default=plainly).encode(), timeout=mark.limit + 2 * PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.returncode != 0:
        is_late = child.returncode == -signal.SIGALRM
        what = "heavy task over its time limit" if is_late else "heavy task's process died"
        log.error(what, task=claim.id, name=claim.name, code=child.returncode)
        patiently(lambda: _charge(app, claim))


def plainly(value: object) -> str:
    """Secrets as they are: they go through a pipe to a process of our own, and nowhere else."""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _charge(app: App, claim: Claim) -> None:
    with app.uow.transaction():
        for task in app.ledger.died(claim.id, claim.token):
            app.outbox.publish(TaskDied(task.id, task.name, task.error or ""))


def command() -> list[str]:
    """The command line of a child: this worker's own entry file, asked to run one claim from its standard input.

    It loads no docstrings (4 MB).
    """
    return [sys.executable, "-OO", os.environ.get("ENGINEBAY_WORKER_ENTRY", str(ENTRY)), "heavy"]


def lean(settings: Settings) -> App:
    """An application that loads neither Redis nor RQ: what a heavy task asks for, the sweeper wakes within a second."""
    return build(settings, wake_ups=carriers.nobody_to_wake())


def serve_heavy(make: Callable[[Settings], App] = lean) -> None:
    """In the child: read one claim and the worker's settings, limit ourselves, run it with what it needs."""
    asked = json.loads(sys.stdin.read())
    signal.setitimer(signal.ITIMER_REAL, asked["limit"])  # nobody catches SIGALRM: it ends even what hangs in C
    settings, claim = Settings(**asked["settings"]), Claim(**asked["claim"])
    configure(settings)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds = max(1, int(asked["limit"]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    app = make(settings)
    app.bind(claim.name)
    gc.freeze()  # worker.py keeps the collector off until everything is loaded
    gc.enable()
    run_outside(app, claim, Clerk(app, unlimited))


@contextmanager
def unlimited(_: Claim) -> Iterator[None]:
    """Stop the time of this process while it waits for the database; what was left of it goes on afterwards."""
    left, _interval = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
