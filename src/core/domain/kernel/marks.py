"""Marks that services put on their verbs: this is a task, this reacts to an event, this runs by the clock.

A mark only describes. Who reads it: `core.domain.tasks.Catalogue`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Effects(StrEnum):
    """Where a task's effects land; it decides how the worker runs it.

    DATABASE: only ours; tasks share transactions, effects happen exactly once.
    OUTSIDE: it calls someone; the service shows three steps (`run.start()`, the call, `run.settle()`).
    HEAVY: like OUTSIDE, in a child process with memory, CPU and time limits.
    """

    DATABASE = "database"
    OUTSIDE = "outside"
    HEAVY = "heavy"


@dataclass(frozen=True, kw_only=True)
class TaskMark:
    """How a verb runs as a task. `limit` and `give_up_after` are in seconds; a smaller `priority` runs earlier."""

    name: str
    queue: str = "default"
    effects: Effects = Effects.DATABASE
    priority: int = 5
    limit: float = 60.0
    attempts: int = 10
    give_up_after: float = 8 * 3600.0
    event: type[Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ScheduleMark:
    """When a task runs by itself: a cron expression in a time zone (`missed`: all | latest | skip).

    `window` is in seconds: a `skip` run that is later is dropped. `at_once`: it also runs when it is first declared.
    """

    name: str
    cron: str
    zone: str = "UTC"
    missed: str = "latest"
    window: int = 60
    at_once: bool = False


def task(name: str, **how: Any) -> Callable[[F], F]:
    """Mark a service verb as a task; `how` is what `TaskMark` takes."""
    return _mark("__task__", TaskMark(name=name, **how))


def on(event: type[Any], name: str, **how: Any) -> Callable[[F], F]:
    """Mark a service verb as a reaction to `event`: a task of its own, written in the publisher's transaction."""
    return _mark("__task__", TaskMark(name=name, event=event, **how))


def every(name: str, cron: str, **when: Any) -> Callable[[F], F]:
    """Declare a schedule's default for a verb that is marked as a task; what an admin changed wins."""
    return _mark("__schedule__", ScheduleMark(name=name, cron=cron, **when))


def _mark(attribute: str, mark: object) -> Callable[[F], F]:
    def put(verb: F) -> F:
        setattr(verb, attribute, mark)
        return verb

    return put
