"""Kill points without a word of them in production code: ports wrapped so that one named call ends the process.

`KILL_AT` names the point (`ledger.settle:before`, `mail.send:after`, `uow.transaction:commit`); `KILL_SKIP` how often
it is passed unharmed; `KILL_FLAG` a file that makes the death happen once; `KILL_WHO` self, parent or both.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dependency_injector import providers

from entrypoints.container import App

WRAPPED = ("wake_ups", "uow", "ledger", "journal", "mail")
"""In the order in which they are built into each other; SQLite has no journal."""


class Fuse:
    """Burns once, in whichever process first reaches its point often enough."""

    def __init__(self) -> None:
        self._point, self._flag = os.environ.get("KILL_AT", ""), os.environ.get("KILL_FLAG", "")
        self._left, self._lock = int(os.environ.get("KILL_SKIP", "0")), threading.Lock()

    def pass_by(self, point: str) -> None:
        """Die here if this is the place and the time."""
        if point != self._point:
            return
        with self._lock:
            self._left -= 1
            if self._left < 0 and self._is_first():
                self._die()

    def _is_first(self) -> bool:
        try:
            os.close(os.open(self._flag, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def _die(self) -> None:
        who = os.environ.get("KILL_WHO", "self")
        if who in ("parent", "both"):
            os.kill(os.getppid(), signal.SIGKILL)
        if who in ("self", "both"):
            os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """Stands before a port; every call passes the fuse before and after, and a block at its end, before the commit."""

    def __init__(self, name: str, port: Any, fuse: Fuse) -> None:
        self._name, self._port, self._fuse = name, port, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return self._call(found, f"{self._name}.{name}") if callable(found) else found

    def _call(self, verb: Callable[..., Any], point: str) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            self._fuse.pass_by(f"{point}:before")
            given = verb(*args, **kwargs)
            if hasattr(given, "__enter__"):
                return self._block(given, point)
            self._fuse.pass_by(f"{point}:after")
            return given

        return called

    @contextmanager
    def _block(self, block: Any, point: str) -> Iterator[Any]:
        with block as entered:
            yield entered
            self._fuse.pass_by(f"{point}:commit")
        self._fuse.pass_by(f"{point}:after")


def arm(app: App) -> App:
    """Put the fuse before the ports of an application that was just built."""
    fuse = Fuse()
    for name in (name for name in WRAPPED if getattr(app, name) is not None):
        replace(app, name, Deadly(name, getattr(app, name), fuse))
    return app


def replace(app: App, name: str, port: Any) -> None:
    """Replace a port of an application nothing of which was used yet."""
    part = next(part for part in app.parts if name in part.providers)
    part.providers[name].override(providers.Object(port))
    vars(app).pop(name, None)
