"""`flask users …`: who may sign in, from a terminal; passwords never stand on a command line."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from core.domain.accounts import ROLES, User
from core.domain.kernel.errors import NotFound
from core.ports.records import Condition, Question
from entrypoints.cli.talk import app, print_rows

FIELDS = ("id", "email", "username", "name", "role", "verified_at", "active", "must_change_password", "seen_at")


@click.group()
def users() -> None:
    """Who may sign in. Example: flask users list"""


@users.command()
@click.argument("email")
@click.option("--admin", is_flag=True, help="Make a super-admin: the same as --role super-admin.")
@click.option("--role", default="member", show_default=True, type=click.Choice(ROLES), help="What they may do.")
@click.option("--name", default="", help="The person's name; the part before the @ when left out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, admin: bool, role: str, name: str, password_stdin: bool) -> None:
    """Make a user, with a one-time password unless you give one. Example: flask users create --admin ada@example.com"""
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    one_time = _create(email, name or email.split("@")[0], "super-admin" if admin else role, given)
    click.echo(f"{email} may sign in now.")
    if one_time:
        click.echo(f"One-time password (change it at the first sign-in): {one_time}")


@users.command("list")
@click.option("--role", type=click.Choice(ROLES), help="Only those of this role.")
@click.option("--suspended", is_flag=True, help="Only who is suspended.")
@click.option("--unverified", is_flag=True, help="Only whose address is not confirmed.")
@click.option("--search", default="", help="Only whose address, name or username holds these words.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def list_users(role: str | None, suspended: bool, unverified: bool, search: str, as_json: bool, limit: int) -> None:
    """List users, newest first. Example: flask users list --role staff --json"""
    asked = (
        (role, Condition(field="role", test="is", value=role)),
        (suspended, Condition(field="active", test="is", value=False)),
        (unverified, Condition(field="verified_at", test="empty")),
    )
    question = Question(
        order="id", descending=True, conditions=tuple(one for is_asked, one in asked if is_asked),
        words=tuple(search.split()), among=("email", "name", "username"),
    )  # fmt: skip
    with app().uow.reading():
        rows = app().record_store.page(User, FIELDS, question, limit).rows
    print_rows([{field: row[field] for field in FIELDS} for row in rows], as_json=as_json)


@users.command()
@click.argument("email")
@click.option("--reason", required=True, help="They read it in the mail and at every sign-in.")
@click.option("--days", type=click.IntRange(1, 3650), help="It is lifted by itself after so many days.")
def suspend(email: str, reason: str, days: int | None) -> None:
    """Shut somebody out, and tell them why. Example: flask users suspend eve@example.com --reason "Spam." --days 7"""
    until = app().clock.now() + timedelta(days=days) if days else None
    with app().uow.transaction():
        app().caretaker.suspend(_named(email).id, reason, None, until=until)
    click.echo(f"{email} is suspended. To lift it: flask users restore {email}")


@users.command()
@click.argument("email")
def restore(email: str) -> None:
    """Let somebody in again who was suspended. Example: flask users restore eve@example.com"""
    with app().uow.transaction():
        app().caretaker.restore(_named(email).id, None)
    click.echo(f"{email} may sign in again.")


@users.command()
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
def role(email: str, role: str) -> None:
    """Give somebody another role. Example: flask users role ada@example.com staff"""
    with app().uow.transaction():
        app().caretaker.give_role(_named(email).id, role, None)
    click.echo(f"{email} is {role} now.")


@users.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End every session and token of somebody. Example: flask users sign-out ada@example.com"""
    with app().uow.transaction():
        ended = app().caretaker.sign_out(_named(email).id, None)
    many = "session" if ended == 1 else "sessions"
    click.echo(f"{email} is signed out everywhere ({ended} {many}); tokens ended too.")


@users.command()
@click.argument("email")
def reset(email: str) -> None:
    """Let a password work no more, and tell its owner to set another one. Example: flask users reset ada@example.com"""
    with app().uow.transaction():
        app().caretaker.lock(_named(email).id, None)
    click.echo(f"The password of {email} works no more. A mail tells its owner to set another one.")


@users.command("two-factors")
@click.argument("email")
@click.option("--off", is_flag=True, help="Take them away, and end every session.")
def two_factors(email: str, off: bool) -> None:
    """Whether somebody has two factors; --off is for who has lost the phone and the recovery codes.

    Example: flask users two-factors ada@example.com --off
    """
    with app().uow.transaction():
        user = _named(email)
        if off:
            app().two_factors.let_go(user)
        is_on, left = app().factor_desk.is_on(user), app().recovery_desk.left(user)
    click.echo(f"{email}: two factors are {f'on, with {left} recovery codes left' if is_on else 'off'}.")


def _named(email: str) -> User:
    found: User | None = app().users.by_email(email)
    if found is None:
        raise NotFound(f"Nobody has the address {email}. Look at the list: flask users list")
    return found


def _create(email: str, name: str, role: str, given: str | None) -> str | None:
    one_time = None if given is not None else app().passwords.one_time()
    with app().uow.transaction():
        made = app().accounts.create(email, name, role, given or one_time or "", must_change=given is None)
        app().audit.note("created", "user", made.id, label=str(made), after={"email": made.email, "role": made.role})
    return one_time
