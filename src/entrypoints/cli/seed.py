"""`flask seed`: people to look at, on a machine where nobody works yet."""

from __future__ import annotations

import click

from core.domain.kernel.errors import Conflict
from entrypoints.cli.talk import app
from entrypoints.seed import MOST, PASSWORD
from entrypoints.seed import seed as make_people


@click.command()
@click.option("--people", default=20, show_default=True, type=click.IntRange(1, MOST), help="How many there shall be.")
@click.option("--yes", is_flag=True, help="In production as well; nobody can sign in as any of them there.")
def seed(people: int, yes: bool) -> None:
    """Make people up: the same ones every time, none of them twice. Example: flask seed --people 200"""
    is_open = not app().settings.is_production
    if not is_open and not yes:
        raise Conflict("This is production, where made-up people are in the way. If you mean it: flask seed --yes")
    made = make_people(app(), people, with_password=is_open)
    click.echo(f"{made} people were made up; {people - made} were there already.")
    if made and is_open:
        click.echo(f"Every one of them signs in with the password {PASSWORD}, unless suspended.")
