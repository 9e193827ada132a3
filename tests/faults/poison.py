"""Tasks that kill what runs them, next to innocent ones whose effects can be counted."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from core.domain.kernel.errors import Unanswered
from core.domain.kernel.marks import Effects, task
from core.domain.tasks import Run
from core.ports.phone import TextMessage
from entrypoints.container import App

LIMIT = 3.0
COUNT = "INSERT INTO fault_effects (key) VALUES (:key)"


class Tasks:
    """Everything the fault runs ask of a worker besides mail."""

    def __init__(self, app: App) -> None:
        self._app = app

    @task("fault.count", queue="default")
    def count(self, run: Run, key: str) -> None:
        """Have one effect in our database."""
        from sqlalchemy import text

        self._app.uow.connection.execute(text(COUNT), {"key": key})

    @task("fault.tick", queue="default")
    def tick(self, run: Run) -> None:
        """Have one effect in our database, under the task's own id."""
        self.count(run, run.key)

    @task("fault.exit", queue="default")
    def exit(self, run: Run) -> None:
        """End the process."""
        os._exit(9)

    @task("fault.segfault", queue="default")
    def segfault(self, run: Run) -> None:
        """Read where nothing is."""
        ctypes.string_at(0)

    @task("fault.loop", queue="default", limit=LIMIT)
    def loop(self, run: Run) -> None:
        """Never return."""
        while True:
            time.sleep(0.01)

    @task("fault.memory", queue="heavy", effects=Effects.HEAVY, limit=60.0, attempts=2)
    def memory(self, run: Run) -> None:
        """Ask for more memory than a child may have, bit by bit."""
        with run.start():
            pass
        kept = []
        while True:
            kept.append(bytearray(64 * 1024 * 1024))

    @task("fault.heavy-exit", queue="heavy", effects=Effects.HEAVY)
    def heavy_exit(self, run: Run) -> None:
        """End the child."""
        with run.start():
            os._exit(9)

    @task("fault.heavy-loop", queue="heavy", effects=Effects.HEAVY, limit=LIMIT)
    def heavy_loop(self, run: Run) -> None:
        """Never return, in the child."""
        with run.start():
            pass
        while True:
            time.sleep(0.01)

    @task("fault.write", queue="heavy", effects=Effects.HEAVY)
    def write(self, run: Run, key: str, path: str) -> None:
        """Have one effect outside, from a child: a line in a file."""
        with run.start():
            pass
        with Path(path).open("a") as lines:
            lines.write(f"{run.key}\t-\t{key}\n")
        run.settle()

    @task("fault.text", queue="texts", effects=Effects.OUTSIDE, attempts=20)
    def text(self, run: Run) -> None:
        """Send an SMS. One that may have been sent is not sent again: its state is unknown."""
        with run.start():
            pass
        try:
            receipt = self._app.sms.send(TextMessage(to="+14155550123", text="Hello"), key=run.key)
        except Unanswered:
            run.settle({"carrier": "unknown"})
        else:
            run.settle({"carrier": receipt.carrier})
