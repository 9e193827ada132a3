"""A try of a task as a test makes it: it is the worker's part in a story about a service."""

from __future__ import annotations

from contextlib import contextmanager


class Try:
    """`core.domain.tasks.Run` by hand: what is enclosed is kept when it settles."""

    def __init__(self, app, key="tsk_00000000000000000000000001", *, age=0.0, attempt=1):
        self._app, self.key, self.age, self.attempt = app, key, age, attempt
        self.enclosed, self.result = [], None

    def now(self):
        return self._app.clock.now()

    @contextmanager
    def start(self):
        with self._app.uow.transaction():
            yield

    def enclose(self, row):
        self.enclosed.append(row)

    def settle(self, result=None, write=None):
        with self._app.uow.transaction():
            self.result = result
            if write is not None:
                write()
        self.close()

    def close(self):
        """End the try as the worker does, whatever became of it."""
        with self._app.uow.transaction():
            self._app.deliveries.keep(self.enclosed)
