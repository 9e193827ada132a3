"""`flask users …`: who may sign in, from a terminal; passwords never stand on a command line."""

from __future__ import annotations

import sys

import click

from core.domain.accounts import User
from core.domain.kernel.errors import NotFound
from core.ports.records import Question
from entrypoints.cli.talk import app, print_rows

FIELDS = ("id", "email", "name", "role", "active", "must_change_password", "created_at")


@click.group()
def users() -> None:
    """Who may sign in. Example: flask users list"""


@users.command()
@click.argument("email")
@click.option("--admin", is_flag=True, help="Make a super-admin instead of a member.")
@click.option("--name", default="", help="The person's name; the part before the @ when left out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, admin: bool, name: str, password_stdin: bool) -> None:
    """Make a user, with a one-time password unless you give one. Example: flask users create --admin ada@example.com"""
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    one_time = _create(email, name or email.split("@")[0], "super-admin" if admin else "member", given)
    click.echo(f"{email} may sign in now.")
    if one_time:
        click.echo(f"One-time password (change it at the first sign-in): {one_time}")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def list_users(as_json: bool, limit: int) -> None:
    """List users, newest first. Example: flask users list --json"""
    with app().uow.reading():
        rows = app().record_store.page(User, FIELDS, Question(order="id", descending=True), limit).rows
    print_rows([{field: row[field] for field in FIELDS} for row in rows], as_json=as_json)


@users.command("two-factors")
@click.argument("email")
@click.option("--off", is_flag=True, help="Take them away, and end every session.")
def two_factors(email: str, off: bool) -> None:
    """Whether somebody has two factors; --off is for who has lost the phone and the recovery codes.

    Example: flask users two-factors ada@example.com --off
    """
    with app().uow.transaction():
        user = app().users.by_email(email)
        if user is None:
            raise NotFound(f"There is no user {email}. See them all: flask users list")
        if off:
            app().two_factors.let_go(user)
        is_on, left = app().factor_desk.is_on(user), app().recovery_desk.left(user)
    click.echo(f"{email}: two factors are {f'on, with {left} recovery codes left' if is_on else 'off'}.")


def _create(email: str, name: str, role: str, given: str | None) -> str | None:
    one_time = None if given is not None else app().passwords.one_time()
    with app().uow.transaction():
        made = app().accounts.create(email, name, role, given or one_time or "", must_change=given is None)
        app().audit.note("created", "user", made.id, label=str(made), after={"email": made.email, "role": made.role})
    return one_time
