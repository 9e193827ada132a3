"""Our RQ worker: it takes wake-ups off RQ's lists and drains; it never loads, imports or calls what a job names."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import deque
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import structlog
from redis.exceptions import RedisError, ResponseError
from rq import SimpleWorker, worker_registration
from rq.serializers import JSONSerializer
from rq.worker.base import WorkerStatus

from core.domain.kernel.errors import Failure
from entrypoints.container import App
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain

LISTEN_SECONDS = 4
TTL = 30
PAUSE, LONGEST_PAUSE = 0.2, 5.0
log = structlog.get_logger("worker")


class StopListening(Exception):
    """A signal came while nothing was running."""


class WakeUpWorker(SimpleWorker):
    """A SimpleWorker whose every job is the same: drain the queue it came from. Redis may come and go."""

    app: App

    def __init__(self, queues: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.update(serializer=JSONSerializer, worker_ttl=LISTEN_SECONDS + 15, prepare_for_work=False)
        super().__init__(queues, *args, **kwargs)
        self._turns = deque(self.queues)
        self.hostname, self.pid = socket.gethostname(), os.getpid()
        self.birth_date = self.last_heartbeat = datetime.now(UTC)
        self._is_listening = False

    def work(self, burst: bool = False, **_: Any) -> bool:
        """Listen and drain until told to stop; with `burst`, until every queue is empty."""
        self._install_signal_handlers()
        self.app.catalogue.bind(self.app.marked)
        desk = self._await_desk()
        if desk is None:
            return True
        drain = Drain(self.app, desk, lambda: self._stop_requested)
        desk.sit()
        log.info("started", worker=desk.id, queues=self.queue_names(), threads=self.app.settings.threads)
        try:
            self._work(drain, burst)
        finally:
            log.info("stopping", worker=desk.id)
            drain.close()
            desk.leave()
            self._sign_off()
        return True

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish what runs, give back what was not begun, then end."""
        self._stop_requested = True
        if self._is_listening:
            raise StopListening

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, self.request_stop)
        signal.signal(signal.SIGTERM, self.request_stop)

    def _await_desk(self) -> Desk | None:
        """Sit down as soon as the database is there; None when told to stop before."""
        pause = PAUSE
        while not self._stop_requested:
            try:
                return Desk(self.app)
            except Failure as away:
                log.warning("waiting for the database", reason=str(away), seconds=pause)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        return None

    def _work(self, drain: Drain, burst: bool) -> None:
        pause = PAUSE
        while not self._stop_requested:
            try:
                self._register()
                queue = self._listen(burst)
                if queue is not None:
                    drain.run(queue)
                    if burst:
                        drain.rest()
                elif burst:
                    return
                pause = PAUSE
            except StopListening:
                return
            except (RedisError, Failure) as away:
                log.warning("waiting", reason=str(away), seconds=pause)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, burst: bool) -> str | None:
        """Wait for a wake-up; return the queue's name. The queues take turns at being first."""
        self._turns.rotate(-1)
        names = {queue.key: queue.name for queue in self._turns}
        try:
            self._is_listening = not self._stop_requested
            popped = self.connection.blpop(list(names), timeout=0.01 if burst else LISTEN_SECONDS)
        except ResponseError:
            self._clear_impostors(list(names), b"list")
            raise
        finally:
            self._is_listening = False
        if popped is None:
            return None
        return names[popped[0].decode()]

    def _clear_impostors(self, keys: list[str], kind: bytes) -> None:
        """One key of another kind keeps Redis from answering for all of them; RQ does not leave such keys."""
        for key in keys:
            if self.connection.type(key) not in (kind, b"none"):
                log.warning("removed a key of Redis that is not what it should be", key=key, should_be=kind.decode())
                self.connection.delete(key)

    def _register(self) -> None:
        """Be seen by `rq info`, also after Redis came back empty."""
        self._state, self.last_heartbeat = WorkerStatus.IDLE, datetime.now(UTC)
        with self.connection.pipeline() as pipeline:
            pipeline.hset(self.key, mapping={**self.serialize(), "state": WorkerStatus.IDLE.value})
            worker_registration.register(self, pipeline)
            pipeline.expire(self.key, TTL)
            try:
                pipeline.execute()
            except ResponseError:
                by_queue = [worker_registration.WORKERS_BY_QUEUE_KEY % name for name in self.queue_names()]
                self._clear_impostors([worker_registration.REDIS_WORKER_KEYS, *by_queue], b"set")

    def _sign_off(self) -> None:
        try:
            self.register_death()
        except RedisError as away:
            log.warning("not signed off from Redis", reason=str(away))
