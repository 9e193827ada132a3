"""The task benches: how fast a full queue is drained, at what CPU, and how soon a lone task starts.

What is timed. Workers run and are warm; they are stopped (SIGSTOP), the tasks are enqueued one at a time, the workers
go on (SIGCONT) and the watch starts. It ends when every handler has run AND the queue itself holds nothing open any
more. CPU is user and system time of the worker processes with all they forked, over the same span.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.contestants import OURS, PEERS, Contestant
from bench.ground import Ground
from bench.processes import Child, Silence, running, until
from bench.results import Row, less_is_better, more_is_better
from bench.tally import counted, percentile, stamped

WARM_UP = 100
FILLERS = 2
PER_SECOND = 50.0
DRAINS = {"tasks no-op": "noop", "tasks insert": "line", "tasks mail": "mail"}
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Drained:
    """How a drain went: tasks a second, and CPU milliseconds a task."""

    rate: float
    cpu: float


class Run:
    """One contestant at one job: where it counts, and its workers."""

    def __init__(self, ground: Ground, contestant: Contestant, job: str) -> None:
        self._ground, self._contestant, self._job = ground, contestant, job
        self.name = f"{contestant.name} {job}".replace(" ", "-")
        self.folder: Path = ground.folder / self.name
        self.env = contestant.environment(ground, self.name)
        self._log = ground.folder / f"{self.name}.log"

    @contextmanager
    def workers(self) -> Iterator[list[Child]]:
        """Its worker processes, warm."""
        with running(self._contestant.commands(), self.env, self._log) as children:
            self.enqueue(WARM_UP)
            self.wait_for(WARM_UP, within=30)
            yield children

    def enqueue(self, count: int, per_second: float = 0.0, fillers: int = 1) -> None:
        """Ask for so many tasks, one at a time, from processes of their own."""
        command = [sys.executable, "-m", "bench.enqueue", self._contestant.module, self._job, str(count // fillers)]
        if per_second:
            command.append(str(per_second / fillers))
        with running([command] * fillers, self.env, self._ground.folder / f"{self.name}-enqueue.log") as children:
            until(lambda: all(child.process.poll() is not None for child in children), "enqueuing", within=300)
            if any(child.process.returncode for child in children):
                raise RuntimeError(f"Enqueuing failed:\n{children[0].log.read_text()[-2000:]}")

    def wait_for(self, count: int, within: float = 120.0) -> None:
        """Wait until so many handlers ran and nothing is open any more. Raises `Silence`."""
        is_over, database = self._contestant.is_over, self._contestant.database
        try:
            until(lambda: counted(self.folder) >= count, f"{count} tasks of {self.name}", within=within, every=0.005)
            until(lambda: is_over(self._ground, database), f"{self.name} to settle", within=30, every=0.005)
        except Silence as silence:
            said = self._log.read_text(errors="replace")[-3000:]
            raise Silence(f"{silence} {counted(self.folder)} ran. Its workers said last:\n{said}") from None


def drain(ground: Ground, contestant: Contestant, job: str, count: int) -> Drained:
    """Fill the queue while the workers are stopped, let them go, and time them."""
    run = Run(ground, contestant, job)
    with run.workers() as children:
        _all(children, signal.SIGSTOP)
        run.enqueue(count, fillers=FILLERS)
        before, begun = sum(child.cpu() for child in children), time.monotonic()
        _all(children, signal.SIGCONT)
        run.wait_for(WARM_UP + count)
        took, used = time.monotonic() - begun, sum(child.cpu() for child in children) - before
    _refuse_doubles(run, WARM_UP + count)
    return Drained(rate=count / took, cpu=used * 1000 / count)


def start_latency(ground: Ground, contestant: Contestant, seconds: float) -> list[float]:
    """Milliseconds from just before each enqueue to its handler's first line, at 50 tasks a second; sorted."""
    run, count = Run(ground, contestant, "stamp"), int(seconds * PER_SECOND)
    with run.workers():
        for old in run.folder.glob("*.stamps"):
            old.write_bytes(b"")
        run.enqueue(count, per_second=PER_SECOND)
        run.wait_for(WARM_UP + count)
    return stamped(run.folder)


def compare_drains(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of one drain bench, everyone in turn."""
    job, found = DRAINS[bench], {}
    for contestant in (OURS, *PEERS):
        contestant.prepare(ground)
        found[contestant.name] = drain(ground, contestant, job, max(200, int(contestant.counts[job] * scale)))
        say(f"{bench}: {contestant.name} {found[contestant.name].rate:,.0f} a second")
    ours, rows = found[OURS.name], []
    for peer in PEERS:
        his, who = found[peer.name], {"peer_name": peer.name}
        rows.append(more_is_better(bench, "drained", "tasks/s", ours=ours.rate, peer=his.rate, **who))
        rows.append(less_is_better(bench, "cpu", "ms/task", ours=ours.cpu, peer=his.cpu, **who))
    return rows


def compare_starts(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of the start latency, everyone in turn."""
    found: dict[str, list[float]] = {}
    for contestant in (OURS, *PEERS):
        contestant.prepare(ground)
        found[contestant.name] = start_latency(ground, contestant, max(4.0, 10.0 * scale))
        say(f"{bench}: {contestant.name} p50 {percentile(found[contestant.name], 0.5):.1f} ms")
    ours, rows = found[OURS.name], []
    for peer in PEERS:
        for measure, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            mine, his = percentile(ours, share), percentile(found[peer.name], share)
            rows.append(less_is_better(bench, measure, "ms", ours=mine, peer=his, peer_name=peer.name))
    return rows


def _all(children: Sequence[Child], number: int) -> None:
    for child in children:
        child.signal(number)


def _refuse_doubles(run: Run, expected: int) -> None:
    done = counted(run.folder)
    if done != expected:
        raise RuntimeError(f"{run.name}: {done} handlers ran for {expected} tasks; this bench kills nobody.")
