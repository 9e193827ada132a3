"""Calls whose caller hangs up when its time is over, whatever the other end or a library does; it knows no vendor.

A name that is looked up, or an answer that drips, keeps to no timeout of a socket. So a question whose asker cannot
wait is asked in another thread, which is left alone when it is late. A vendor has few such lines: when all of them are
taken by calls that never end, the next asker is told at once, and the vendors beside it have their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any

from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Unavailable

LINES = 8
LONGEST = 3600.0
GRACE = 0.02
"""Seconds in which a call that keeps to its own timeout may say so itself."""


def in_this_thread(name: str) -> Callable[..., Any]:
    """Call as usual: the adapter's own timeouts are the limit, and what it did is known afterwards."""
    return _directly


def on_lines_of_its_own(name: str) -> Callable[..., Any]:
    """Call in another thread, and hang up in time."""
    return Lines(name).call


def _directly(verb: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
    return verb(*given, **named)


class Lines:
    """The lines to one vendor. A thread is started when one is needed and kept; none keeps its process from ending."""

    def __init__(self, name: str) -> None:
        self._name, self._free, self._idle = name, threading.Semaphore(LINES), threading.Semaphore(0)
        self._asked: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()

    def call(self, verb: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        """Return or raise what the call does. Raises `Unavailable` when the time is over, or no line is free."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(f"Every line to {self._name} is taken by a call that does not end. Try again soon.")
        answer: Future[Any] = Future()
        self._asked.put((answer, partial(copy_context().run, verb, *given, **named)))
        if not self._idle.acquire(blocking=False):
            threading.Thread(target=self._serve, name=f"line to {self._name}", daemon=True).start()
        try:
            return answer.result(time_left(LONGEST) + GRACE)
        except TimeoutError:
            if answer.done():
                raise  # the call's own word
            raise Unavailable(f"{self._name} took too long to answer, so nobody waited any longer.") from None

    def _serve(self) -> None:
        while True:
            answer, ask = self._asked.get()
            try:
                answer.set_result(ask())
            except BaseException as failure:
                answer.set_exception(failure)
            self._idle.release()
            self._free.release()
