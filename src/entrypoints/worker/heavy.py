"""Runs a heavy task in a child process with memory, CPU and time limits; its death is charged, nothing else dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import structlog

from core.domain.kernel.marks import TaskMark
from core.domain.tasks import TaskDied
from core.ports.queue import Claim
from entrypoints.container import App
from entrypoints.worker.clerk import Clerk, patiently

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space a child may use beyond what the interpreter maps."""
ENTRY = Path(__file__).parents[3] / "worker.py"
log = structlog.get_logger("worker")


def run_heavy(app: App, claim: Claim, mark: TaskMark) -> None:
    """Run one claim in a child and wait; when the child dies, charge the task a death."""
    child = subprocess.Popen(command(), stdin=subprocess.PIPE, start_new_session=False)
    try:
        child.communicate(json.dumps({"claim": asdict(claim), "limit": mark.limit}).encode(), timeout=mark.limit)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.returncode != 0:
        log.error("heavy task's process died", task=claim.id, name=claim.name, code=child.returncode)
        patiently(lambda: _charge(app, claim))


def _charge(app: App, claim: Claim) -> None:
    with app.uow.transaction():
        for task in app.ledger.died(claim.id, claim.token):
            app.outbox.publish(TaskDied(task.id, task.name, task.error or ""))


def command() -> list[str]:
    """The command line of a child: this worker's own entry file, asked to run one claim from its standard input."""
    return [sys.executable, os.environ.get("ENGINEBAY_WORKER_ENTRY", str(ENTRY)), "heavy"]


def serve_heavy(app: App) -> None:
    """In the child: read one claim, limit ourselves, run it."""
    import resource

    from entrypoints.worker.drain import run_outside

    asked = json.loads(sys.stdin.read())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds = max(1, int(asked["limit"]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    claim = Claim(**asked["claim"])
    run_outside(app, claim, Clerk(app))
