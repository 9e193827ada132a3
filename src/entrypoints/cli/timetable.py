"""`flask schedule …`: the timetable from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click

from core.domain.schedules import Schedule
from entrypoints.cli.talk import app, print_rows

FIELDS = ("name", "cron", "zone", "missed", "window", "enabled", "next_due")


@click.group()
def schedule() -> None:
    """What runs by the clock. Example: flask schedule list"""


@schedule.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_schedules(as_json: bool) -> None:
    """List the timetable. Example: flask schedule list"""
    with app().uow.reading():
        found = app().schedules.all()
    rows = [{field: getattr(one, field) for field in FIELDS} for one in found]
    for row, one in zip(rows, found, strict=True):
        row |= {"task": one.task, "in_words": app().timetable.in_words(one)}
    print_rows(rows, as_json=as_json)


@schedule.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(name: str, as_json: bool) -> None:
    """Show the next five and the last ten runs of a schedule. Example: flask schedule show clean-up"""
    with app().uow.reading():
        found = app().schedules.get(name)
        past, coming = app().timetable.last_runs(name), app().timetable.next_runs(found)
    if not as_json:
        click.echo(f"{name}: {app().timetable.in_words(found)}{'' if found.enabled else ', paused'}")
    rows = [_row("due", due) for due in reversed(coming)]
    rows += [_row("ran" if run.due_at else "asked for", run.due_at, run.fired_at, run.task_id) for run in past]
    print_rows(rows, as_json=as_json)


@schedule.command()
@click.argument("name")
def run(name: str) -> None:
    """Run a schedule's task now. Example: flask schedule run clean-up"""
    with app().uow.transaction():
        task = app().timetable.run_now(name)
        app().audit.note("run now", "schedule", name, label=name)
    click.echo(f"Task {task.id} is ready.")


@schedule.command()
@click.argument("name")
def pause(name: str) -> None:
    """Let nothing come due until it is resumed. Example: flask schedule pause clean-up"""
    _switch(name, "paused", app().timetable.pause)
    click.echo(f"{name} is paused. To have it run again: flask schedule resume {name}")


@schedule.command()
@click.argument("name")
def resume(name: str) -> None:
    """Let a paused schedule come due again. Example: flask schedule resume clean-up"""
    resumed = _switch(name, "resumed", app().timetable.resume)
    click.echo(f"{name} runs again, next on {resumed.next_due:%Y-%m-%d at %H:%M} UTC.")


def _switch(name: str, action: str, do: Callable[[str], Schedule]) -> Schedule:
    with app().uow.transaction():
        before = app().schedules.get(name).enabled
        changed = do(name)
        told = {"before": {"enabled": before}, "after": {"enabled": changed.enabled}}
        app().audit.note(action, "schedule", name, label=name, **told)
    return changed


def _row(what: str, due: datetime | None, fired: datetime | None = None, task: str = "") -> dict[str, object]:
    return {"what": what, "due": due, "fired": fired, "task": task}
