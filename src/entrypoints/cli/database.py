"""`flask db …` and `flask first-start`: the shape of the database."""

import json

import click

from entrypoints.cli.talk import app
from entrypoints.first_start import prepare


@click.group()
def db() -> None:
    """The database's shape. Example: flask db upgrade"""


@db.command()
@click.argument("to", default="head")
def upgrade(to: str) -> None:
    """Apply missing migrations. Example: flask db upgrade"""
    app().migrations.upgrade(to)
    click.echo(f"The database is at migration {app().migrations.newest if to == 'head' else to}.")


@db.command()
def check() -> None:
    """Exit with 1 unless the database is at the last migration. Example: flask db check"""
    current = app().migrations.is_current()
    click.echo("The database is up to date." if current else "Migrations are missing. Run: flask db upgrade")
    raise SystemExit(0 if current else 1)


@db.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration from the difference to the tables. Example: flask db revision "add posts" """
    path = app().migrations.write(message)
    click.echo(f"Written: {path}. Look it over, then apply it: flask db upgrade")


@click.command("first-start")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def first_start(as_json: bool) -> None:
    """Migrate, make the super-admin if there is none, declare the schedules. Example: flask first-start"""
    made = prepare(app())
    if as_json:
        click.echo(json.dumps(made))
        return
    click.echo(f"Super-admin: {made['admin_email']}")
    if made["one_time_password"]:
        click.echo(f"One-time password (change it at the first sign-in): {made['one_time_password']}")
