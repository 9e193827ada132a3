"""A year in a minute: three schedulers killed over and over, clocks that jump, daylight saving time in three zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tests.faults.checker import Row
from tests.faults.processes import until
from tests.faults.stage import Stage
from tests.faults.test_clocks import _instant
from tests.reckoning import BEGIN, END, HOUR, MINUTE, ZONES, changes, promised, runs

from core.domain.schedules import Schedule

SHAPES = {"all": ({0, 30}, {2}), "latest": ({0, 20, 45}, {1, 2, 3}), "skip": ({15}, {0, 2, 13})}
"""By policy: the minutes and the hours of a cron expression."""
WINDOW = 45 * MINUTE
STRIDE = timedelta(days=9, hours=5, minutes=47)
NEXT = "SELECT min(next_due) FROM schedules WHERE task = 'fault.tick'"
BEAT = "SELECT coalesce(max(beat), 0) FROM workers WHERE pid = :pid"
EFFECTS = "SELECT schedule, due_at FROM schedule_runs JOIN fault_effects ON key = task_id WHERE due_at IS NOT NULL"
Key = tuple[str, datetime]


def test_year_of_three_zones_with_kills_and_jumps(stage: Stage, report: Callable) -> None:
    """Redis is away, so that all three hold its lock: only the database keeps them from firing twice."""
    stage.set_clock(BEGIN.isoformat())
    due = {(missed, zone): promised(*SHAPES[missed], zone) for missed in SHAPES for zone in ZONES}
    stage.set_scene(workers=(), schedulers=3)
    stage.children["valkey"].kill()
    _write(stage, due)
    jumps = sorted(change for zone in ZONES for change in changes(zone))
    readings = [BEGIN, *_readings(jumps)]
    for before, now in pairwise(readings):
        _look(stage, now, is_back=now < before, is_deadly=any(now == change + 20 * MINUTE for change in jumps))
    recovery = _run_what_was_fired(stage)
    counted = Counter((str(name), _instant(at)) for name, at in stage.rows(EFFECTS))
    for missed in SHAPES:
        fired = {zone: runs(due[missed, zone], readings, missed, WINDOW) for zone in ZONES}
        wanted = {(f"{missed} {zone}", at) for zone in ZONES for at in fired[zone]}
        report(_row(missed, wanted, counted, recovery)).check()


def _write(stage: Stage, due: dict[tuple[str, str], list[datetime]]) -> None:
    with stage.app.uow.transaction():
        for (missed, zone), instants in due.items():
            minutes, hours = (",".join(map(str, sorted(numbers))) for numbers in SHAPES[missed])
            stage.app.schedules.add(
                Schedule(
                    name=f"{missed} {zone}", task="fault.tick", cron=f"{minutes} {hours} * * *", zone=zone,
                    missed=missed, window=int(WINDOW.total_seconds()), next_due=instants[0],
                )
            )  # fmt: skip


def _readings(jumps: list[datetime]) -> Iterator[datetime]:
    """In strides to the end of the year; around each change in steps, an hour ahead and an hour back."""
    now = BEGIN
    for change in [*jumps, END]:
        while (now := now + STRIDE) < change - 3 * HOUR:
            yield now
        if change < END:
            yield from (change + minutes * MINUTE for minutes in (-40, 20, -40, -10, 80))
        now = change + 2 * HOUR
    yield END - MINUTE


def _look(stage: Stage, now: datetime, *, is_back: bool, is_deadly: bool) -> None:
    """Set the clocks, and wait until somebody has looked at them."""
    stage.set_clock(now.isoformat())
    if is_deadly:
        _kill_all(stage)
    if is_back:
        pid = stage.children["scheduler0"].pid
        seen = stage.number(BEAT, pid=pid)
        until(lambda: stage.number(BEAT, pid=pid) >= seen + 2, "a look at a clock that went back")
    until(lambda: _instant(stage.rows(NEXT)[0][0]) > now, f"the runs until {now}")
    stage.mend()


def _kill_all(stage: Stage) -> None:
    """All at once; and of those that follow, the first to have fired is killed before it commits."""
    armed = stage.kill_once("uow.transaction:commit", skip=1)
    schedulers = [child for name, child in stage.children.items() if name.startswith("scheduler")]
    for child in schedulers:
        child.kill()
    for child in schedulers:
        child.env.update(armed)
        child.begin()
    until(stage.flag.exists, "a scheduler to be killed at its commit")


def _run_what_was_fired(stage: Stage) -> float:
    stage.start_valkey()
    for _ in range(2):
        stage.start_worker()
    return stage.settle()


def _row(missed: str, wanted: set[Key], counted: Counter[Key], recovery: float) -> Row:
    """Compare effects with promises: what nobody promised counts as doubled."""
    own = Counter({key: times for key, times in counted.items() if key[0].startswith(f"{missed} ")})
    return Row(
        fault=f"a year, 3 schedulers, kills, DST, ±1 h: {missed}", acknowledged=len(wanted),
        lost=len(wanted - set(own)), doubled=(own - Counter(wanted)).total(), in_doubt=0, recovery=recovery,
    )  # fmt: skip
