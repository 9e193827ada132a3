"""The timetable over every way to keep it: policies, windows, history, pauses, and whose word counts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.kernel.errors import Conflict, Invalid, NotFound
from core.domain.kernel.marks import every, task
from core.domain.schedules import Schedule
from core.domain.tasks import Catalogue

GONE = "There is no time zone 'Gone/Away'. Take one like Europe/Brussels or UTC."


def add(kept, cron="0 * * * *", **further):
    one = Schedule(name="tick", task="tasks.clean-up", cron=cron, **further)
    with kept.uow.transaction():
        one.next_due = kept.cron.next_after(cron, one.zone, kept.clock.now())
        kept.schedules.add(one)


def fire(kept):
    with kept.uow.transaction():
        return kept.timetable.fire_due()


def runs(kept):
    with kept.uow.reading():
        return [run.due_at for run in reversed(kept.timetable.last_runs("tick", 100))]


def find(kept):
    with kept.uow.reading():
        return kept.schedules.get("tick")


@pytest.mark.parametrize(("late", "number"), [(0, 1), (600, 1), (601, 0), (7200, 0)])
def test_skip_drops_a_run_later_than_its_window(kept, clock, late, number):
    add(kept, "0 13 * * *", missed="skip", window=600)
    clock.instant = datetime(2026, 11, 24, 13, tzinfo=UTC) + timedelta(seconds=late)
    assert len(fire(kept)) == number
    assert find(kept).next_due == datetime(2026, 11, 25, 13, tzinfo=UTC)


@pytest.mark.parametrize(("missed", "number"), [("all", 1000), ("latest", 1), ("skip", 1)])
def test_two_weeks_missed_of_a_schedule_of_every_minute(kept, clock, missed, number):
    add(kept, "* * * * *", missed=missed)
    clock.pass_by(days=14)
    assert len(fire(kept)) == number
    assert runs(kept)[-1] == clock.now() if missed != "all" else True


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe"])
def test_each_day_of_a_year_has_its_run_whatever_the_clocks_do(make_app, zone):
    """Ticks of half an hour through 2026, with a jump back and forth each day: each wall day has its run, once."""
    from adapters.clock import SetClock

    clock = SetClock(datetime(2026, 1, 1, tzinfo=UTC))
    kept = make_app(clock=clock)
    add(kept, "30 2 * * *", zone=zone, missed="all")
    for day in range(1, 366):
        for hours in (0, 1, 0):
            clock.instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=hours)
            fire(kept)
    with kept.uow.reading():
        due = sorted(run.due_at for run in kept.timetable.last_runs("tick", 1000))
    days = [one.astimezone(ZoneInfo(zone)).date() for one in due]
    assert (len(days), len(set(days))) == (365, 365)
    assert {one.astimezone(ZoneInfo(zone)).hour for one in due} <= {2, 3}


def test_clock_that_jumps_fires_no_due_instant_twice(kept, clock):
    add(kept, missed="all")
    noon = clock.now()
    for hours in (1.5, 0.5, 2.5, 1.5, 3.1):
        clock.instant = noon + timedelta(hours=hours)
        fire(kept)
    assert runs(kept) == [noon + timedelta(hours=hours) for hours in (1, 2, 3)]


def test_due_instant_that_already_ran_holds_nobody_up(kept, clock):
    add(kept)
    clock.pass_by(hours=1)
    fire(kept)
    with kept.uow.transaction():
        kept.schedules.lock("tick").next_due = clock.now()
    assert fire(kept) == []
    assert find(kept).next_due > clock.now()


def test_schedule_that_cannot_be_read_is_paused_and_the_others_go_on(kept, clock):
    add(kept)
    with kept.uow.transaction():
        kept.schedules.add(
            Schedule(name="broken", task="tasks.clean-up", cron="0 * * * *", zone="Gone/Away", next_due=clock.now())
        )
    clock.pass_by(hours=1)
    assert len(fire(kept)) == 1
    with kept.uow.reading():
        broken = kept.schedules.get("broken")
        (told,) = [task for task in kept.ledger.recent(5) if task.name == "schedules.note-stop"]
    assert (broken.enabled, kept.timetable.next_runs(broken)) == (False, [])
    assert told.payload == {"schedule": "broken", "why": GONE}
    with pytest.raises(Conflict, match="broken cannot be resumed"), kept.uow.transaction():
        kept.timetable.resume("broken")
    assert kept.timetable.wrong(broken) == f"{GONE} Change its terms, then resume it."


def test_run_now_has_no_due_instant(kept, clock):
    add(kept)
    with kept.uow.transaction():
        asked = kept.timetable.run_now("tick")
    clock.pass_by(hours=1)
    fire(kept)
    with kept.uow.reading():
        last, first = kept.timetable.last_runs("tick")
    assert (first.due_at, first.task_id) == (None, asked.id)
    assert (last.due_at, last.fired_at) == (clock.now(), clock.now())


def test_paused_schedule_misses_nothing(kept, clock):
    add(kept, missed="all")
    with kept.uow.transaction():
        kept.timetable.pause("tick")
    clock.pass_by(hours=5)
    assert fire(kept) == []
    assert kept.timetable.next_runs(find(kept)) == []
    with kept.uow.transaction():
        kept.timetable.resume("tick")
    assert fire(kept) == []
    clock.pass_by(hours=1)
    assert len(fire(kept)) == 1


def test_pausing_twice_is_refused(kept):
    add(kept)
    with kept.uow.transaction():
        kept.timetable.pause("tick")
    with pytest.raises(Conflict, match="paused already"), kept.uow.transaction():
        kept.timetable.pause("tick")
    with pytest.raises(NotFound), kept.uow.transaction():
        kept.timetable.resume("nobody")


def test_next_runs_are_told_in_words_and_instants(kept):
    add(kept, "15 16 * * 1-5", zone="Europe/Brussels")
    found = find(kept)
    assert kept.timetable.in_words(found) == "At 16:15 on Monday through Friday (Europe/Brussels)"
    coming = kept.timetable.next_runs(found)
    assert [f"{due:%d %H:%M}" for due in coming] == ["24 15:15", "25 15:15", "26 15:15", "27 15:15", "30 15:15"]


def test_runs_are_forgotten_after_a_while(kept, clock):
    add(kept)
    with kept.uow.transaction():
        kept.timetable.run_now("tick")
    clock.pass_by(days=91)
    with kept.uow.transaction():
        assert kept.timetable_upkeep.forget_runs(None) == {"forgotten": 1}


def declared(cron, **further):
    class Ticking:
        @every("tick", cron, **further)
        @task("tick.tick")
        def tick(self, run):
            """Tick."""

    known = Catalogue()
    known.learn([Ticking])
    return known


def declare(kept, *given, **further):
    with kept.uow.transaction():
        kept.timetable.declare(declared(*given, **further))


def test_code_changes_what_nobody_else_changed(kept):
    declare(kept, "0 1 * * *")
    declare(kept, "0 2 * * *", window=5)
    assert (find(kept).cron, find(kept).window) == ("0 2 * * *", 5)


def test_admins_change_wins_over_later_code(kept, clock):
    declare(kept, "0 1 * * *")
    with kept.uow.transaction():
        before, after = kept.schedules.lock("tick"), Schedule(name="tick", task="tick.tick", cron="0 15 * * *")
        kept.timetable.changing(before, after)
        before.cron = after.cron
    declare(kept, "0 2 * * *")
    assert (find(kept).cron, find(kept).next_due) == ("0 15 * * *", datetime(2026, 11, 24, 15, tzinfo=UTC))


def test_change_is_checked_field_by_field(kept):
    add(kept)
    wrong = Schedule(name="tick", task="t", cron="often", missed="never", window=-1)
    with pytest.raises(Invalid) as refused:
        kept.timetable.changing(wrong, wrong)
    assert sorted(refused.value.fields) == ["cron", "missed", "window"]
