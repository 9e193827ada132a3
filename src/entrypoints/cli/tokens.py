"""`flask tokens …`: access tokens from a terminal; the text of one is printed once, when it is made."""

from __future__ import annotations

from itertools import chain, count
from typing import Any

import click

from core.domain.accounts import User
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.tokens import LIVES, AccessToken
from core.ports.records import Condition, Question
from entrypoints.cli.talk import app, print_rows

NAME = "terminal"
FIELDS = ("id", "name", "user_id", "hint", "scopes", "created_at", "expires_at", "used_at")


@click.group("tokens")
def commands() -> None:
    """Access tokens of users. Example: flask tokens create ada@example.com"""


@commands.command()
@click.argument("email")
@click.option("--name", help="By which its owner tells it apart. terminal when left out, then terminal 2 and so on.")
@click.option("--scope", "scopes", multiple=True, help="What it may do; several are possible. me.read when left out.")
@click.option("--days", default=LIVES[1], show_default=True, type=click.IntRange(0, LIVES[-1]), help="0: without end.")
def create(email: str, name: str | None, scopes: tuple[str, ...], days: int) -> None:
    """Make an access token, and print it with a line that tries it.

    Example: flask tokens create ada@example.com --name CI --scope me.read --days 90
    """
    with app().uow.transaction():
        user = _user(email)
        called = _free_name(user) if name is None else name
        made = app().token_desk.make(user, name=called, scopes=scopes or ("me.read",), days=days or None)
    click.echo(made.text)
    click.echo(f"It may {made.token.scopes}, and is not shown again. Try it:", err=True)
    click.echo(f"curl -H 'Authorization: Bearer {made.text}' {app().settings.base_url}/api/v1/me", err=True)


@commands.command("list")
@click.argument("email", default="")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def list_tokens(email: str, as_json: bool, limit: int) -> None:
    """List the access tokens of a user, or everybody's. Example: flask tokens list ada@example.com --json"""
    with app().uow.reading():
        whose = (Condition(field="user_id", test="is", value=_user(email).id),) if email else ()
        question = Question(order="id", descending=True, conditions=whose)
        rows = app().record_store.page(AccessToken, FIELDS, question, limit).rows
    print_rows([_row(row) for row in rows], as_json=as_json)


@commands.command()
@click.argument("token_id")
def revoke(token_id: str) -> None:
    """Revoke an access token. Example: flask tokens revoke tok_01hzx4y8p6k3m9n2q7r5s1t0v4"""
    with app().uow.transaction():
        revoked = app().token_desk.revoke(token_id)
    click.echo(f"The token {revoked} is refused from now on.")


def _user(email: str) -> User:
    found: User | None = app().users.by_email(email)
    if found is None:
        raise NotFound(f"Nobody has the address {email}. Look at the list: flask users list")
    if found.must_change_password:
        raise Conflict(
            f"{found.name} must choose a new password first, which would end the token. Sign in at "
            f"{app().settings.base_url}/login, then make it."
        )
    return found


def _free_name(user: User) -> str:
    taken = {token.name.lower() for token in app().token_desk.of(user.id)}
    return next(name for name in chain((NAME,), (f"{NAME} {number}" for number in count(2))) if name not in taken)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {field: row[field] for field in FIELDS}
