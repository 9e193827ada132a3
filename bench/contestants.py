"""Who competes: how each is set up, how its two worker processes are started, and when its work is really over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench.ground import Ground
from bench.processes import ROOT

PROCESSES = 2
CELERY = (
    "-m", "celery", "-A", "bench.peers.celery_app", "worker", "--loglevel", "WARNING",
    "--without-gossip", "--without-mingle", "--without-heartbeat",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """One of them. `counts` is how many tasks of each job keep it busy for several seconds."""

    name: str
    module: str
    workers: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    is_over: Callable[[Ground, str], bool]
    set_up: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """Its own database on the common server."""
        return "bench_" + self.name.replace(" ", "_")

    def prepare(self, ground: Ground) -> None:
        """Empty Redis and make its database anew."""
        ground.redis().flushall()
        ground.make_database(self.database)
        if self.set_up:
            command, env = [sys.executable, *self.set_up], self.environment(ground, "set-up")
            subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True)

    def environment(self, ground: Ground, tally: str) -> dict[str, str]:
        """What its processes are told."""
        return ground.env(self.database, ground.folder / tally) | dict(self.env)

    def commands(self) -> list[list[str]]:
        """The command lines of its worker processes."""
        return [[sys.executable, *worker] for worker in self.workers]


def _left(ground: Ground, database: str, query: Any) -> bool:
    with psycopg.connect(ground.conninfo(database)) as connection:
        return connection.execute(query).fetchone() is None


def _ledger_is_settled(ground: Ground, database: str) -> bool:
    return _left(ground, database, "SELECT 1 FROM tasks WHERE state IN ('ready','running','retry','scheduled') LIMIT 1")


def _jobs_are_settled(ground: Ground, database: str) -> bool:
    return _left(ground, database, "SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') LIMIT 1")


def _broker_is_empty(ground: Ground, database: str) -> bool:
    client = ground.redis()
    return not client.llen("celery") and not client.hlen("unacked")


OURS = Contestant(
    name="enginebay",
    module="bench.peers.ours",
    workers=(("-m", "bench.peers.ours"),) * PROCESSES,
    counts={"noop": 20_000, "line": 10_000, "mail": 4_000},
    is_over=_ledger_is_settled,
    set_up=("-m", "bench.peers.set_up"),
)
PREFORK = Contestant(
    name="celery prefork",
    module="bench.peers.celery_app",
    workers=((*CELERY, "-P", "prefork", "-c", str(PROCESSES)),),
    counts={"noop": 6_000, "line": 4_000, "mail": 1_000},
    is_over=_broker_is_empty,
)
THREADS = Contestant(
    name="celery threads acks_late",
    module="bench.peers.celery_app",
    workers=tuple((*CELERY, "-P", "threads", "-c", "8", "-n", f"bench{number}@%h") for number in range(PROCESSES)),
    counts={"noop": 6_000, "line": 4_000, "mail": 1_000},
    is_over=_broker_is_empty,
    env={"BENCH_ACKS_LATE": "1"},
)
PROCRASTINATE = Contestant(
    name="procrastinate",
    module="bench.peers.procrastinate_app",
    workers=(
        ("-m", "procrastinate", "--app", "bench.peers.procrastinate_app.app", "worker", "--concurrency", "8"),
    ) * PROCESSES,
    counts={"noop": 2_000, "line": 2_000, "mail": 1_000},
    is_over=_jobs_are_settled,
    set_up=("-m", "procrastinate", "--app", "bench.peers.procrastinate_app.app", "schema", "--apply"),
)  # fmt: skip
PEERS = (PREFORK, THREADS, PROCRASTINATE)
