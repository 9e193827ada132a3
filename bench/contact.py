"""The contact bench: how many posts a second beside a bare Flask route, and what an absent or hung Redis costs.

Both are two processes on one port, behind the same server and bridge, on the same PostgreSQL. Requests a second: 16
connections, as fast as answered. p99: at three tenths of the bare route's rate, counted from when a request was due, so
that waiting in line counts; with Redis well, stopped (SIGSTOP) and killed in turns, so that a disturbance meets all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from bench.contestants import OURS, PROCESSES, Contestant
from bench.ground import Ground
from bench.processes import ROOT, answers, free_port, running, until
from bench.results import Row, less_is_better, more_is_better
from bench.tally import percentile
from bench.tasks import Say

BARE = Contestant(name="bare flask", module="", workers=(), counts={}, is_over=lambda ground, database: True)
SERVERS = {OURS.name: "entrypoints.web.serve", BARE.name: "bench.peers.bare_flask"}
CONNECTIONS = 16
SHARE = 0.3
"""Of the bare route's top rate: what the p99 is taken at, for both."""
TURNS = 4


def compare_posts(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of the contact bench."""
    seconds = max(3.0, 10.0 * scale)
    with site(ground, BARE) as port:
        bare = _rate(ground, port, seconds)
        bare_p99 = _p99(ground, port, seconds, bare * SHARE)
    say(f"{bench}: bare flask {bare:,.0f} a second, p99 {bare_p99:.1f} ms")
    with site(ground, OURS) as port:
        ours = _rate(ground, port, seconds)
        p99 = _p99_in_turns(ground, port, seconds / 2, bare * SHARE)
    say(f"{bench}: enginebay {ours:,.0f} a second, " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in p99.items()))
    rows = [more_is_better(bench, "requests", "requests/s", ours=ours, peer=bare, peer_name=BARE.name)]
    rows += [less_is_better(bench, name, "ms", ours=ms, peer=bare_p99, peer_name=BARE.name) for name, ms in p99.items()]
    well = p99.pop("p99")
    return rows + [
        less_is_better(bench, name, "ms", ours=ms, peer=well, peer_name="enginebay, Redis well")
        for name, ms in p99.items()
    ]


@contextmanager
def site(ground: Ground, contestant: Contestant, **settings: str) -> Iterator[int]:
    """Its web processes, warm, on one port."""
    contestant.prepare(ground)
    port, env = free_port(), {**contestant.environment(ground, "contact"), **settings}
    command = [sys.executable, "-m", SERVERS[contestant.name], "127.0.0.1", str(port)]
    if contestant is BARE:
        command.remove("127.0.0.1")
    with running([command] * PROCESSES, env, ground.folder / f"{contestant.name}-site.log"):
        until(lambda: answers(port), f"{contestant.name} to listen", within=30)
        _load(ground, port, 2.0, 0.0)
        yield port


def _rate(ground: Ground, port: int, seconds: float) -> float:
    return len(_load(ground, port, seconds, 0.0)) / seconds


def _p99_in_turns(ground: Ground, port: int, seconds: float, per_second: float) -> dict[str, float]:
    """The p99 in each state of Redis, over all the turns of it together."""
    states = {"p99": nullcontext, "p99, Redis hung": ground.redis_stopped, "p99, Redis down": ground.redis_killed}
    took: dict[str, list[float]] = {name: [] for name in states}
    for _ in range(TURNS):
        for name, state in states.items():
            with state():
                took[name] += _load(ground, port, seconds, per_second)
    return {name: percentile(sorted(each), 0.99) for name, each in took.items()}


def _p99(ground: Ground, port: int, seconds: float, per_second: float) -> float:
    return percentile(_load(ground, port, seconds, per_second), 0.99)


def _load(ground: Ground, port: int, seconds: float, per_second: float) -> list[float]:
    """Latencies in milliseconds, smallest first. Raises `RuntimeError` when anything was refused."""
    command = [sys.executable, "-m", "bench.load", str(port), str(seconds), str(CONNECTIONS), str(per_second)]
    said = subprocess.run(command, cwd=ROOT, env=ground.env("bench", ground.folder), capture_output=True, check=True)
    counted = json.loads(said.stdout)
    if counted["refused"]:
        raise RuntimeError(f"{counted['refused']} posts were refused; every one should have been taken.")
    return sorted(counted["took"])
