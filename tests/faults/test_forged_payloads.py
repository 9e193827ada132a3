"""Whoever may write to Redis can wake a queue and nothing else: no pickle is loaded, no named function is called."""

from __future__ import annotations

import json
import os
import pickle
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.faults.checker import letters, look
from tests.faults.enqueue import deliveries
from tests.faults.processes import until
from tests.faults.stage import Stage

LISTS = ("mail", "upkeep")


class Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self._path}",)


def test_forged_payloads_run_nothing(stage: Stage, report: Callable) -> None:
    stage.set_scene(workers=["python", "rq"], schedulers=1)
    pids = [child.pid for child in stage.children.values()]
    canary = stage.folder / "canary"
    _forge_jobs(stage, canary)
    _forge_schedules(stage, canary)
    _forge_kinds(stage)
    began = time.monotonic()
    promised = deliveries(stage.app, 100)
    stage.settle()
    recovery = time.monotonic() - began
    until(lambda: all(stage.redis.llen(f"rq:queue:{name}") == 0 for name in LISTS), "the forged jobs to be taken")
    assert not canary.exists()
    assert [child.pid for child in stage.children.values() if child.is_alive] == pids
    report(
        look("forged payloads in Redis (pickle, JSON, keys)", stage, promised, letters(stage), recovery=recovery)
    ).check()


def _forge_jobs(stage: Stage, canary: Path) -> None:
    """Jobs as RQ would write them, with either serializer, and list entries that are no job's name at all."""
    call = ["os.system", None, [f"touch {canary}"], {}]
    payloads = {
        "pickled": pickle.dumps(Trap(canary)),
        "packed": zlib.compress(pickle.dumps(Trap(canary))),
        "json": json.dumps(call).encode(),
        "packed-json": zlib.compress(json.dumps(call).encode()),
        "packed-call": zlib.compress(pickle.dumps(("os.system", None, (f"touch {canary}",), {}))),
    }
    for name, data in payloads.items():
        fields = {"data": data, "meta": data, "origin": "mail", "created_at": "2026-11-24T12:00:00.000000Z"}
        stage.redis.hset(f"rq:job:{name}", mapping={**fields, "serializer": "rq.serializers.DefaultSerializer"})
    for queue in LISTS:
        stage.redis.rpush(
            f"rq:queue:{queue}", *payloads, b"\xff\xfe\x00", "", "no such job", pickle.dumps(Trap(canary))
        )


def _forge_schedules(stage: Stage, canary: Path) -> None:
    """What rq-scheduler and RQ's own scheduler would enqueue, long due."""
    for key in ("rq:scheduler:scheduled_jobs", "rq:scheduled:mail", "rq:wip:mail", "rq:failed:mail"):
        stage.redis.zadd(key, {"pickled": 1, "packed": 1, "packed-json": 1, pickle.dumps(Trap(canary)): 1})


def _forge_kinds(stage: Stage) -> None:
    """Keys of RQ's and of ours that are of another kind than anybody expects, or that never end."""
    stage.redis.delete("rq:queue:upkeep")
    for key in ("rq:queue:upkeep", "rq:workers", "rq:queues", "rq:job:wake-mail"):
        stage.redis.set(key, "of another kind")
    stage.redis.set("rq:scheduler_lock", "somebody")
