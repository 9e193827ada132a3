"""Wake-ups through RQ: one payload-free job per sleeping queue, sent from a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

PAUSE_SECONDS = 0.02
"""How long a thread rests whose wake-up was not needed: many commits in a row then ask Redis once."""
DRAIN = "entrypoints.worker.drain.drain"
"""A name for people who look at RQ; our worker never imports it nor anything else a job names."""
AS_JOB = {"serializer": JSONSerializer, "status": JobStatus.QUEUED, "result_ttl": 0, "failure_ttl": 1}
PUSH = """if redis.call('llen', KEYS[1]) == 0 then
    redis.pcall('hset', KEYS[2], unpack(ARGV, 2)) redis.pcall('expire', KEYS[2], 60)
    redis.pcall('sadd', KEYS[3], KEYS[1]) redis.call('rpush', KEYS[1], ARGV[1])
    return 1
end"""
"""What `Queue.enqueue_call` does in five commands over two round trips, unless a wake-up lies there already.

Whoever takes that one off claims after it, and so finds our rows too. The commands in the middle are for who looks at
RQ; where somebody put another kind of key in their place, they fail alone.
"""
log = structlog.get_logger("wakeups")


def connect(url: str, *, timeout: float | None = 2.0) -> Redis:
    """Return a client that gives up after `timeout` seconds and never retries by itself."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout or 2.0,
        retry=Retry(NoBackoff(), 0),
    )


class RqWakeUps:
    """`core.ports.queue.WakeUps`. What cannot be sent is dropped: the sweeper asks again within a second or so."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._asked: set[str] = set()
        self._queues: dict[str, Queue] = {}
        self._jobs: dict[str, Job] = {}
        self._written: dict[str, list[Any]] = {}
        self._push = redis.register_script(PUSH)
        self._bell = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self, queues: Iterable[str]) -> None:
        queues = set(queues)
        if self._thread is None or not self._thread.is_alive():
            self._start()
        if not self._asked.issuperset(queues):  # else the thread has still to come to them
            self._asked.update(queues)
            self._bell.set()

    def send(self, queue: str) -> bool:
        """Wake one queue now, in this thread; False when it was woken and nobody came yet. Raises RedisError."""
        job = self._job(queue)
        return bool(
            self._push([self._queue(queue).key, job.key, Queue.redis_queues_keys], [job.id, *self._written[queue]])
        )

    def nudge(self, queue: str) -> None:
        """Wake a queue that has ready tasks. What is no list was not put there by us and goes. Raises RedisError."""
        try:
            self.send(queue)
        except ResponseError:
            self._redis.delete(self._queue(queue).key)
            self.send(queue)

    def _job(self, queue: str) -> Job:
        """The one RQ job that wakes a queue: for every wake-up the same, so it is made once."""
        if queue not in self._jobs:
            job = Job.create(DRAIN, (queue,), id=f"wake-{queue}", origin=queue, connection=self._redis, **AS_JOB)
            self._written[queue] = [part for pair in job.to_dict().items() for part in pair]
            self._jobs[queue] = job
        return self._jobs[queue]

    def _queue(self, name: str) -> Queue:
        if name not in self._queues:
            self._queues[name] = Queue(name, connection=self._redis, serializer=JSONSerializer)
        return self._queues[name]

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_for_ever, name="wake-ups", daemon=True)
                self._thread.start()
                self._bell.set()

    def _send_for_ever(self) -> None:
        while True:
            self._bell.wait()
            self._bell.clear()
            while self._asked:
                if not self._sent(self._asked.pop()):
                    time.sleep(PAUSE_SECONDS)

    def _sent(self, queue: str) -> bool:
        try:
            return self.send(queue)
        except RedisError as away:
            log.warning("wake-up not sent", queue=queue, reason=str(away))
            return False
