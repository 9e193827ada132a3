"""`flask tasks …`: the ledger from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from core.domain.tasks import State, Task
from entrypoints.cli.talk import app, print_rows


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
    with app().uow.reading():
        found = app().ledger.recent(limit, state=state, queue=queue)
    fields = ("id", "name", "queue", "state", "attempts", "created_at", "error")
    print_rows([{field: getattr(task, field) for field in fields} for task in found], as_json=as_json)


@tasks.command()
@click.argument("task_id")
def show(task_id: str) -> None:
    """Show one task with its payload, result and trace, as JSON. Example: flask tasks show tsk_…"""
    with app().uow.reading():
        found = app().tasks.show(task_id)
        shown = {name: value for name, value in asdict(found).items() if name != "token"}
        click.echo(json.dumps(shown, indent=2, default=str))


@tasks.command()
@click.argument("task_ids", nargs=-1, required=True)
def retry(task_ids: tuple[str, ...]) -> None:
    """Run tasks that are dead, cancelled or waiting now, from their first try. Example: flask tasks retry tsk_…"""
    _each(task_ids, app().tasks.retry, "retried", "is ready again")


@tasks.command()
@click.argument("task_ids", nargs=-1, required=True)
def cancel(task_ids: tuple[str, ...]) -> None:
    """Cancel tasks that have not ended. Example: flask tasks cancel tsk_…"""
    _each(task_ids, app().tasks.cancel, "cancelled", "is cancelled")


def _each(task_ids: tuple[str, ...], do: Callable[[str], Task], action: str, outcome: str) -> None:
    """Do it to one after the other, each in its own transaction with its audit entry; the first refusal ends it."""
    for task_id in task_ids:
        with app().uow.transaction(), _noted(action, task_id):
            do(task_id)
        click.echo(f"{task_id} {outcome}.")


@contextmanager
def _noted(action: str, task_id: str) -> Iterator[None]:
    """The same words as the admin's, so that a task's history reads as one."""
    before = _told(app().ledger.lock(task_id))
    yield
    after = _told(app().tasks.show(task_id))
    app().audit.note(action, "task", task_id, label=f"Task {task_id}", before=before, after=after)


def _told(task: Task) -> dict[str, object]:
    instants = {name: getattr(task, name) for name in ("due_at", "finished_at")}
    told = {name: value.isoformat() if value else None for name, value in instants.items()}
    return told | {name: getattr(task, name) for name in ("state", "attempts", "deaths")}
