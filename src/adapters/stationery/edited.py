"""What administrators made of the templates, as a worker knows it: looked up every few seconds, not for every message.

One that cannot be printed with the facts of a real message is left aside, and that is written down for who edits it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from core.domain.kernel.errors import Failure
from core.ports.stationery import Wordings
from core.ports.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from adapters.stationery.press import Sheet
    from adapters.stationery.proofs import FencedPress
    from core.domain.wording import Wording

log = structlog.get_logger("stationery")


class EditedTemplates:
    """The templates that an administrator has changed, read and ready to be printed; `every` is in seconds."""

    def __init__(self, uow: UnitOfWork, wordings: Wordings, press: Callable[[], FencedPress], every: float) -> None:
        self._uow, self._wordings, self._press, self._every = uow, wordings, press, every
        self._found: dict[str, Wording] = {}
        self._sheets: dict[tuple[str, datetime], Sheet | None] = {}
        self._look_at, self._turn = 0.0, threading.Lock()

    def sheet(self, name: str) -> Sheet | None:
        """The edited template of this name (`<class>.<channel>`), or None for one that nobody edited, or that fails."""
        self._look()
        wording = self._found.get(name)
        if wording is None:
            return None
        known = (name, wording.edited_at)
        if known not in self._sheets:
            self._sheets[known] = self._read(wording)
        return self._sheets[known]

    def failed(self, name: str, trouble: Exception) -> None:
        """Leave this version aside from now on, and tell who edits it."""
        wording = self._found.get(name)
        if wording is None or self._sheets.get((name, wording.edited_at)) is None:
            return
        self._sheets[name, wording.edited_at] = None
        self._tell(wording, trouble)

    def _look(self) -> None:
        if monotonic() < self._look_at or not self._turn.acquire(blocking=False):
            return
        try:
            self._look_at = monotonic() + self._every
            with self._uow.reading():
                self._found = {one.id: one for one in self._wordings.all()}
            current = {(one.id, one.edited_at) for one in self._found.values()}
            self._sheets = {known: sheet for known, sheet in self._sheets.items() if known in current}
        except Failure as away:
            log.warning("edited templates not looked up", said=away.sentence)
        finally:
            self._turn.release()

    def _read(self, wording: Wording) -> Sheet | None:
        try:
            return self._press().sheet(wording.fields)
        except Exception as trouble:  # it was kept by an earlier version of us, or by nobody we know
            self._tell(wording, trouble)
            return None

    def _tell(self, wording: Wording, trouble: Exception) -> None:
        from adapters.stationery.proofs import in_words

        said = in_words(trouble)
        log.warning("edited template left aside", template=wording.id, said=said)
        try:
            with self._uow.transaction():
                self._wordings.trouble(wording.id, wording.edited_at, said)
        except (Failure, RuntimeError) as away:  # a transaction is open already, or the database is away
            log.warning("nobody was told of it", template=wording.id, said=str(away))
