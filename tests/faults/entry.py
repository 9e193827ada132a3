"""Builds the application of a process that is to meet a fault: kill points, poison, a wrong clock, little room."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import event
from tests.faults.clocks import WrongClock
from tests.faults.deadly import arm, replace
from tests.faults.poison import Tasks
from tests.faults.text_vendors import VENDORS, install

from entrypoints.config import Settings, load
from entrypoints.container import App, build
from entrypoints.logs import configure


def make(settings: Settings | None = None) -> App:
    """The application, with what the environment asks for in the place of its ports."""
    settings = settings or load()
    configure(settings)
    app = build(settings, services=[Tasks])
    if "CLOCK_FILE" in os.environ:
        replace(app, "clock", WrongClock(Path(os.environ["CLOCK_FILE"])))
    if "PAGES_FILE" in os.environ:
        _leave_little_room(app, Path(os.environ["PAGES_FILE"]))
    if VENDORS in os.environ:
        install(app)
    return arm(app) if "KILL_AT" in os.environ else app


def _leave_little_room(app: App, path: Path) -> None:
    """A disk that is full while the file exists: SQLite may not grow by a single page."""

    @event.listens_for(app.uow.engine, "checkout")
    def _limit(connection: object, record: object, proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={1 if path.exists() else 2**30}")  # type: ignore[attr-defined]
