"""`flask tasks …` and `flask schedule …`: the ledger and the timetable from a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from flask import current_app
from rich.console import Console
from rich.table import Table

from core.domain.kernel.errors import Failure
from core.domain.tasks import State
from entrypoints.container import App


@click.group()
def tasks() -> None:
    """Accepted work: look, retry, cancel. Example: flask tasks list --state dead"""


@tasks.command("list")
@click.option("--state", type=click.Choice([str(state) for state in State]), help="Only tasks in this state.")
@click.option("--queue", help="Only tasks of this queue.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_tasks(state: str | None, queue: str | None, limit: int, as_json: bool) -> None:
    """List tasks, newest first. Example: flask tasks list --state dead --json"""
    with _app().uow.reading():
        found = _app().ledger.recent(limit, state=state, queue=queue)
    fields = ("id", "name", "queue", "state", "attempts", "created_at", "error")
    _print([{field: getattr(task, field) for field in fields} for task in found], as_json=as_json)


@tasks.command()
@click.argument("task_id")
def show(task_id: str) -> None:
    """Show one task with its payload, result and trace. Example: flask tasks show tsk_…"""
    with _said(), _app().uow.reading():
        found = _app().tasks.show(task_id)
        shown = {name: value for name, value in asdict(found).items() if name != "token"}
        click.echo(json.dumps(shown, indent=2, default=str))


@tasks.command()
@click.argument("task_ids", nargs=-1, required=True)
def retry(task_ids: tuple[str, ...]) -> None:
    """Run ended tasks again. Example: flask tasks retry tsk_…"""
    _each(task_ids, "retry", "is ready again")


@tasks.command()
@click.argument("task_ids", nargs=-1, required=True)
def cancel(task_ids: tuple[str, ...]) -> None:
    """Cancel tasks that have not ended. Example: flask tasks cancel tsk_…"""
    _each(task_ids, "cancel", "is cancelled")


@click.group()
def schedule() -> None:
    """What runs by the clock. Example: flask schedule list"""


@schedule.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_schedules(as_json: bool) -> None:
    """List the timetable. Example: flask schedule list"""
    with _app().uow.reading():
        found = _app().schedules.all()
    fields = ("name", "task", "cron", "zone", "missed", "enabled", "next_due")
    _print([{field: getattr(one, field) for field in fields} for one in found], as_json=as_json)


@schedule.command()
@click.argument("name")
def run(name: str) -> None:
    """Run a schedule's task now. Example: flask schedule run clean-up"""
    with _said(), _app().uow.transaction():
        click.echo(f"Task {_app().timetable.run_now(name).id} is ready.")


def _each(task_ids: tuple[str, ...], verb: str, outcome: str) -> None:
    for task_id in task_ids:
        with _said(), _app().uow.transaction():
            getattr(_app().tasks, verb)(task_id)
        click.echo(f"{task_id} {outcome}.")


class _said:
    """Turns a failure into its sentence on the terminal, and exit code 1."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        if isinstance(failure, Failure):
            raise click.ClickException(failure.sentence) from failure


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, indent=2, default=str))
        return
    table = Table(*(rows[0] if rows else ["nothing to show"]))
    for row in rows:
        table.add_row(*("" if value is None else str(value)[:60] for value in row.values()))
    Console().print(table)


def _app() -> App:
    found: App = current_app.extensions["enginebay"]
    return found
