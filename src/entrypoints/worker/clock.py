"""The scheduler process: rq-scheduler's frame around our tick, which fires what is due and takes back what died."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any
from uuid import uuid4

import structlog
from redis.exceptions import RedisError
from rq_scheduler import Scheduler

from core.domain.kernel.errors import Failure
from core.domain.kernel.ids import new_id
from core.domain.tasks import TaskDied
from core.ports.queue import LifeSign
from entrypoints.container import App
from entrypoints.worker.birth import certificate, has_ended

TICK_SECONDS = 1.0
LOCK_SECONDS = 5
STILL_SECONDS = 15.0
"""A worker whose beat stood still for so long, by this process's own monotonic time, is dead; nobody waits for one
whose process has ended for certain."""
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"
log = structlog.get_logger("scheduler")


class Reaper:
    """Watches the beats and takes back the claims of the dead; it compares no wall clocks."""

    def __init__(self, app: App, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app, self._monotonic = app, monotonic
        self._beats: dict[str, tuple[int, float]] = {}
        self._orphans: set[str] = set()

    def look(self) -> None:
        """Look at every beat once; take back what dead workers held."""
        signs, now = self._app.life_signs.seen(), self._monotonic()
        ended = {sign.worker for sign in signs if has_ended(sign)}
        if ended:
            signs = self._app.life_signs.seen()  # once more: the last words of who died after the first reading
        for sign in signs:
            beat, since = self._beats.get(sign.worker, (-1, now))
            if sign.worker in ended:
                self._take_back(sign)
            elif sign.beat != beat:
                self._beats[sign.worker] = (sign.beat, now)
            elif now - since > STILL_SECONDS:
                self._take_back(sign)
        self._beats = {sign.worker: self._beats[sign.worker] for sign in signs if sign.worker in self._beats}
        self._look_for_orphans({sign.worker for sign in signs})

    def forget(self) -> None:
        """Begin to watch anew: while the database was away, nobody could have beaten."""
        self._beats.clear()

    def _look_for_orphans(self, alive: set[str]) -> None:
        """Claims of workers that are not registered; twice seen, so that nobody is caught between two reads."""
        with self._app.uow.reading():
            orphans = self._app.ledger.claimants() - alive
        for worker in orphans & self._orphans:
            self._release(worker, (), ())
        self._orphans = orphans

    def _take_back(self, sign: LifeSign) -> None:
        """A worker that ended itself has said over which tasks; of any other, all that it may have begun is charged."""
        begun = () if sign.role == "ended" else self._app.catalogue.within_database()
        self._release(sign.worker, sign.doing, begun)

    def _release(self, worker: str, doing: Sequence[str], begun: Sequence[str]) -> None:
        log.warning("worker is dead, its tasks go back", worker=worker, inside=list(doing))
        with self._app.uow.transaction():
            for task in self._app.ledger.take_back(worker, doing, begun):
                self._app.outbox.publish(TaskDied(task.id, task.name, task.error or ""))
        self._app.life_signs.leave(worker)
        self._beats.pop(worker, None)


class Sweeper:
    """Makes due tasks ready and wakes queues nobody was sent for."""

    def __init__(self, app: App) -> None:
        self._app = app

    def sweep(self) -> None:
        """One round over all queues. Raises RedisError while Redis is away; the database's part is done by then."""
        with self._app.uow.transaction():
            self._app.timetable.fire_due()
            self._app.ledger.promote()
        with self._app.uow.reading():
            waiting = self._app.ledger.waiting(self._app.catalogue.queues())
        for queue in waiting:
            self._app.wake_ups.nudge(queue)


class Watchman:
    """Notices that tasks ended of which somebody wants to be told; while none did, it only reads."""

    def __init__(self, app: App) -> None:
        self._app = app

    def look(self) -> None:
        """Have everybody told who may be."""
        with self._app.uow.reading():
            are_due = self._app.watches.are_due()
        if are_due:
            with self._app.uow.transaction():
                self._app.watch_desk.notice()


class Clock(Scheduler):
    """rq-scheduler's process as our clock: it survives a bad entry and an absent Redis, and its lock has an owner."""

    def __init__(self, app: App) -> None:
        super().__init__(connection=app.redis, interval=TICK_SECONDS)
        self.app = app
        self._reaper, self._sweeper, self._watchman = Reaper(app), Sweeper(app), Watchman(app)
        self._stopped = threading.Event()
        self._owner = uuid4().hex
        self.id = new_id("wrk", app.clock.now())

    def run(self, burst: bool = False) -> None:
        """Tick every second until told to stop. Several at once are safe: the database decides what is fired."""
        self._install_signal_handlers()
        log.info("started", scheduler=self.id)
        self._declare()
        while not self._stopped.is_set():
            self.tick()
            if burst:
                break
            self._stopped.wait(TICK_SECONDS * random.uniform(0.9, 1.1))
        log.info("stopping", scheduler=self.id)
        self._say(self.remove_lock)
        self._say(lambda: self.app.life_signs.leave(self.id))

    def tick(self) -> None:
        """One round; what fails is said and tried again in the next."""
        if not self._say(self._beat) or not self._say(self._reaper.look):
            self._reaper.forget()
        if self.acquire_lock():
            self._say(self._watchman.look)
            self._say(self._sweeper.sweep)

    def acquire_lock(self) -> bool:
        """Hold the scheduler's lock or keep it; without Redis everybody holds it, which costs only work."""
        try:
            if self.connection.set(self.scheduler_lock_key, self._owner, nx=True, ex=LOCK_SECONDS):
                return True
            if not 0 <= self.connection.ttl(self.scheduler_lock_key) <= LOCK_SECONDS:
                self.connection.delete(self.scheduler_lock_key)  # none of ours lasts so long: the next round takes it
            if self.connection.get(self.scheduler_lock_key) != self._owner.encode():
                return False
            return bool(self.connection.expire(self.scheduler_lock_key, LOCK_SECONDS))
        except RedisError:
            return True

    def remove_lock(self) -> None:
        """Give the lock up if it is still ours."""
        self.connection.eval(RELEASE, 1, self.scheduler_lock_key, self._owner)

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopped.set()

    def _declare(self) -> None:
        while not self._stopped.is_set() and not self._say(self._write_defaults):
            self._stopped.wait(TICK_SECONDS)

    def _write_defaults(self) -> None:
        with self.app.uow.transaction():
            self.app.timetable.declare(self.app.catalogue)

    def _beat(self) -> None:
        if not self.app.life_signs.beat(self.id, ()):
            self.app.life_signs.enter(self.id, socket.gethostname(), os.getpid(), role="scheduler", birth=certificate())

    def _say(self, step: Callable[[], Any]) -> bool:
        try:
            step()
        except (Failure, RedisError) as away:
            log.warning("a step of the clock failed", step=getattr(step, "__qualname__", "step"), reason=str(away))
            return False
        except Exception:
            log.exception("a step of the clock is broken")
            return False
        return True
