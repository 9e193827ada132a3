"""`flask conduit …`: what a RealWorld front end wants to find."""

from __future__ import annotations

import click

from core.domain.accounts import User
from core.ports.content import Wanted
from entrypoints.cli.talk import app

NAME, ARTICLES = "johndoe", 25


@click.group("conduit")
def commands() -> None:
    """The RealWorld API. Example: flask conduit seed"""


@commands.command()
def seed() -> None:
    """Make johndoe with 25 articles, which the public browser suite expects; none of them twice.

    Nobody can sign in as johndoe: the account has no password. Example: flask conduit seed
    """
    with app().uow.transaction():
        author: User = app().accounts.named(NAME) or app().accounts.join(f"{NAME}@example.com", "John Doe", NAME, None)
        there = app().post_reader.page(Wanted(author=NAME, most=1)).total
        for number in range(there, ARTICLES):
            app().post_desk.write(
                author.id, title=f"Article {number + 1} by John Doe", description=f"The {number + 1}. of {ARTICLES}",
                body=f"# Article {number + 1}\n\nSome *words* to look at.", tags=["demo", f"tag-{number % 5 + 1}"],
            )  # fmt: skip
    click.echo(f"{max(0, ARTICLES - there)} articles by {NAME} were made; {there} were there already.")
