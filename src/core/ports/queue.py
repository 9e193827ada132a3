"""The queue: a ledger of record in the database, wake-ups that carry nothing, and the life signs of workers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.domain.tasks import Task


@dataclass(slots=True, kw_only=True)
class Claim:
    """One task in the hands of one worker. `token` fences: only who holds it may settle."""

    id: str
    name: str
    payload: dict[str, Any]
    token: str
    attempts: int
    deaths: int
    in_doubt: int
    age: float
    request_id: str | None = None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """How one try ended: `state` is done, retry, scheduled, dead or ready; `delay` is in seconds.

    `token` is the claim's: it must still hold for the outcome to be written. `in_doubt` is 1 when nobody knows whether
    the outside call had its effect.
    """

    id: str
    token: str
    state: str
    result: dict[str, Any] | None = None
    error: str | None = None
    trace: str | None = None
    delay: float = 0.0
    in_doubt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeSign:
    """What one worker process last said: a counter that moves while it lives, and what it is inside of.

    `birth` says where and when it began, so that nobody takes another process with its pid for it; empty: unknown.
    """

    worker: str
    beat: int
    role: str = "worker"
    doing: tuple[str, ...] = ()
    host: str = ""
    pid: int = 0
    birth: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """One queue at a glance; `oldest` is the age in seconds of the longest waiting task that is due."""

    queue: str
    ready: int = 0
    later: int = 0
    running: int = 0
    dead: int = 0
    oldest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A queue from which nothing is taken until it is resumed, and who said so."""

    queue: str
    by: str
    at: datetime


class Pauses(Protocol):
    """Queues that are paused; a row of the database each, so that an empty Redis lets nothing slip."""

    def all(self) -> dict[str, Pause]:
        """The paused queues by name."""
        ...

    def pause(self, queue: str, by: str) -> None:
        """Have nothing taken from a queue any more; what runs goes on. Raises `Conflict` when it is paused already."""
        ...

    def resume(self, queue: str) -> None:
        """Let a queue be served again. Raises `Conflict` when it is not paused."""
        ...


class Ledger(Protocol):
    """The tasks table. Every method acts in the open transaction."""

    def add(self, tasks: Sequence[Task]) -> list[Task]:
        """Write tasks; one whose dedupe key is already waiting is not written: the waiting one is returned instead."""
        ...

    def get(self, task_id: str) -> Task:
        """Return a task, with its progress. Raises `NotFound`."""
        ...

    def recent(
        self, most: int, *, state: str | None = None, queue: str | None = None, owner: str | None = None
    ) -> list[Task]:
        """Up to `most` tasks, newest first, of one state, queue or owner if given."""
        ...

    def lock(self, task_id: str) -> Task:
        """Return a task and hold it until the transaction ends. Raises `NotFound`."""
        ...

    def claim(self, queue: str, worker: str, token: str, most: int, *, suspects: bool = False) -> list[Claim]:
        """Take up to `most` ready tasks, lowest priority number first, then oldest; others skip what is taken.

        Of a paused queue nothing is taken. `suspects` are tasks that a process died over; they are claimed only when
        asked for, those with the fewest deaths first: who merely stood next to a killer is done before the killer
        strikes again. It may act in a `lazy` block: a claim that a crash of the database forgets leaves its task ready.
        """
        ...

    def hold(self, ids: Sequence[str], token: str) -> set[str]:
        """Lock the rows that are still claimed under `token`; return their ids. The rest belongs to someone else."""
        ...

    def start(self, claims: Sequence[Claim]) -> set[str]:
        """Mark outside calls as begun; return the ids whose claim still holds.

        A second start of the same task counts the first as in doubt.
        """
        ...

    def settle(self, outcomes: Sequence[Outcome]) -> set[str]:
        """Write how tries ended, where their tokens still hold; return the ids that were written."""
        ...

    def keep(self, task_id: str, token: str, result: dict[str, Any]) -> bool:
        """Write how far a task is into its result, for a next try to go on from; False when the claim is lost."""
        ...

    def give_back(self, ids: Sequence[str], token: str) -> None:
        """Return claimed tasks that nobody has run, uncharged."""
        ...

    def take_back(self, worker: str, doing: Iterable[str], begun: Sequence[str] = ()) -> list[Task]:
        """Release every claim of a dead worker: begun ones are charged a death, the rest return uncharged.

        Begun is what was marked as started, what it said it was `doing`, and what has a name in `begun`: tasks that
        begin as soon as they are claimed. Returns the tasks that ended dead by it (three deaths).
        """
        ...

    def died(self, task_id: str, token: str) -> list[Task]:
        """Charge one death to a task whose child process died; returns it if it ended dead by that."""
        ...

    def announce(self, queue: str) -> None:
        """Have this queue woken after the commit."""
        ...

    def claimants(self) -> set[str]:
        """The workers that hold a claim, alive or not."""
        ...

    def promote(self) -> set[str]:
        """Make scheduled tasks and retries ready whose time has come; return the queues they are in."""
        ...

    def waiting(self, queues: Sequence[str]) -> set[str]:
        """Those of the queues in which a task is ready, without the paused ones."""
        ...

    def figures(self) -> list[QueueFigures]:
        """Every queue at a glance."""
        ...

    def prune(self, before: datetime, most: int) -> int:
        """Delete up to `most` tasks that ended before then; return how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a task is: `done` of `total` steps (0: unknown), and a sentence about the present one."""

    done: int = 0
    total: int = 0
    message: str = ""


class LifeSigns(Protocol):
    """Beats and progress, in rows of their own: visible at once, never blocked by a task's locks."""

    def beat(self, worker: str, doing: Sequence[str]) -> bool:
        """Say "alive, inside these tasks". False when this worker was taken for dead and must begin anew."""
        ...

    def last_words(self, worker: str, doing: Sequence[str]) -> None:
        """Say which tasks this worker ends itself over: only these are to be charged a death."""
        ...

    def enter(self, worker: str, host: str, pid: int, *, role: str = "worker", birth: str = "") -> None:
        """Register a process; `role` is worker or scheduler, `birth` its certificate where it has one."""
        ...

    def leave(self, worker: str) -> None:
        """Sign a worker off."""
        ...

    def seen(self) -> list[LifeSign]:
        """The last sign of every registered worker."""
        ...

    def report(self, task_id: str, progress: Progress) -> None:
        """Show how far a task is."""
        ...


class WakeUps(Protocol):
    """Tells workers that a queue has something to do. Carries nothing; losing one costs a second, never a task."""

    def wake(self, queues: Iterable[str]) -> None:
        """Ask for the queues to be drained. Returns at once, whatever the carrier's state."""
        ...

    def nudge(self, queue: str) -> None:
        """Wake a queue that has ready tasks, unless a wake-up lies there. May fail while the carrier is away."""
        ...
