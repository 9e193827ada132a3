"""How every command talks: a failure is a sentence, a list a table or JSON; it knows no command."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any

import click
from flask import current_app
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from core.domain.audit import Actor
from core.domain.kernel.errors import Failure, Invalid, NotFound, Unavailable
from entrypoints import boundary
from entrypoints.container import App
from entrypoints.first_start import where

WIDE = 240
"""Columns where nobody looks on: what reads a pipe wants whole lines."""
UNMIGRATED = "The database has not all the tables this version needs. Make them: flask db upgrade"


class Wrong(click.ClickException):
    """What was asked for cannot be, as it was asked: exit code 2, like click's own usage errors."""

    exit_code = 2


def app() -> App:
    """The application that the commands work on."""
    found: App = current_app.extensions["enginebay"]
    return found


def teach(command: click.Command) -> click.Command:
    """Let a command, and all below it, act in the name of who sits at the terminal, and end with a sentence."""
    for below in getattr(command, "commands", {}).values():
        teach(below)
    if command.callback is not None and not hasattr(command.callback, "__wrapped__"):
        command.callback = _spoken(command.callback)
    return command


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print a list for people, the first column always whole, or for programs."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, default=str))
        return
    if not rows:
        click.echo("There is nothing to show.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(rows[0]):
        table.add_column(name.replace("_", " "), no_wrap=number == 0, min_width=30 if name == "id" else None)
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far a long work has come: `with progress("Posts", 100) as show: show(10)`.

    A bar where somebody looks on; elsewhere a line for each tenth.
    """
    if not sys.stderr.isatty():
        told = 0

        def say(done: int) -> None:
            nonlocal told
            if done * 10 // total > told:
                told = done * 10 // total
                click.echo(f"{what}: {done} of {total}", err=True)

        yield say
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def _spoken(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def call(*given: Any, **named: Any) -> Any:
        before = boundary.actor.set(Actor(name=f"{_user()[:80]} at a terminal"))
        try:
            return callback(*given, **named)
        except (Failure, DBAPIError) as failure:
            raise _refused(failure) from failure
        finally:
            boundary.actor.reset(before)

    return call


def _user() -> str:
    """The account's name; in a container it may have none, only a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _refused(failure: Failure | DBAPIError) -> Exception:
    is_migrated = _is_migrated() if isinstance(failure, Unavailable | ProgrammingError) else True
    if is_migrated is False:
        return click.ClickException(UNMIGRATED)
    if isinstance(failure, Unavailable) and is_migrated is None:
        return click.ClickException(f"{failure.sentence} {where(app())}")
    if isinstance(failure, OperationalError):
        return click.ClickException(f"The database does not answer: {_first_line(failure.orig)}. {where(app())}")
    if isinstance(failure, DBAPIError):
        return failure
    if isinstance(failure, Invalid):
        return Wrong(" ".join(failure.fields.values()) or failure.sentence)
    return Wrong(failure.sentence) if isinstance(failure, NotFound) else click.ClickException(failure.sentence)


def _is_migrated() -> bool | None:
    """Whether the tables are there; None when nobody can tell, as the database does not answer."""
    try:
        return bool(app().migrations.is_current())
    except Failure:
        return None


def _first_line(failure: object) -> str:
    return str(failure).strip().partition("\n")[0]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)[:100]
