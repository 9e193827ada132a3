"""`flask seed`: people, their posts and messages to look at, on a machine where nobody works yet."""

from __future__ import annotations

import click

from core.domain.kernel.errors import Conflict
from entrypoints import modules
from entrypoints.cli.talk import app, progress
from entrypoints.seed import MOST, PASSWORD
from entrypoints.seed import seed as make_people
from entrypoints.seed.posts import MOST as MOST_POSTS
from entrypoints.seed.posts import seed_posts

USUAL, POSTS_EACH = 20, 100


@click.command()
@click.option(
    "--people", type=click.IntRange(1, MOST), help="How many there shall be.  [default: 20, or one for 100 posts]"
)
@click.option(
    "--posts", default=0, show_default=True, type=click.IntRange(0, MOST_POSTS), help="How many they have written."
)
@click.option("--yes", is_flag=True, help="In production as well; nobody can sign in as any of them there.")
def seed(people: int | None, posts: int, yes: bool) -> None:
    """Make people and posts up: the same ones every time, none of them twice. Example: flask seed --posts 1000"""
    is_open = not app().settings.is_production
    if not is_open and not yes:
        raise Conflict("This is production, where made-up people are in the way. If you mean it: flask seed --yes")
    wanted = people or min(max(USUAL, posts // POSTS_EACH), MOST)
    made = make_people(app(), wanted, with_password=is_open)
    click.echo(f"{made} people were made up; {wanted - made} were there already.")
    for sentence in filter(None, [found.plant(app()) for found in modules.faces("entrypoints.seed")]):
        click.echo(sentence)
    if posts:
        _write(posts)
    if made and is_open:
        click.echo(f"Every one of them signs in with the password {PASSWORD}, unless suspended.")


def _write(posts: int) -> None:
    written = 0
    with progress("Posts", posts) as show:
        for done, made in seed_posts(app(), posts):
            written += made
            show(done)
    click.echo(f"{written} posts were made up, with comments, likes and follows; {posts - written} were there already.")
