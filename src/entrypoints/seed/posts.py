"""Posts worth looking at, made up in any number: the same words every time, with comments, tags, follows and likes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from core.domain.accounts import User
from core.domain.content import Comment, Favourite, Follow, Post, State
from core.domain.content.comment import numbered
from core.domain.content.post import slug
from core.domain.kernel.ids import new_id
from core.ports.records import Condition, Question
from entrypoints.seed.names import CULTURES
from entrypoints.seed.texts import CODE, ENGLISH, HIDDEN_FOR, TAGS, TONGUES, Tongue

if TYPE_CHECKING:
    from entrypoints.container import App

MOST = 1_000_000
BATCH = 2_000
"""Posts of one transaction."""
SPAN = timedelta(days=730)
FANS_MOST, COMMENTS_MOST = 60, 12
TAG_ODDS = tuple(accumulate(1 / (place + 1) for place in range(len(TAGS))))
"""The second tag is half as frequent as the first, the third a third of it (Zipf)."""
POST = (
    "id", "author_id", "slug", "title", "description", "body", "tags", "state", "hidden_at", "hidden_for", "version",
    "created_at", "updated_at", "published_at",
)  # fmt: skip
COMMENT = (
    "id", "number", "post_id", "author_id", "body", "hidden_at", "hidden_for", "version", "created_at", "updated_at",
)  # fmt: skip
FOLLOW, FAVOURITE = ("follower_id", "followee_id"), ("user_id", "post_id")
Rows = list[tuple[Any, ...]]


class Author(NamedTuple):
    """Somebody who writes, and since when they are here."""

    id: str
    since: datetime
    tongue: Tongue


class Draft(NamedTuple):
    """A post before its text."""

    made: datetime
    place: int
    author: str
    tongue: Tongue
    title: str
    slug: str


class Batch(NamedTuple):
    """Rows of one transaction."""

    posts: Rows
    likes: Rows
    comments: Rows


def seed_posts(app: App, number: int) -> Iterator[tuple[int, int]]:
    """Make so many posts by the people who were made up, as far as they are not there, a batch in each transaction.

    After each batch it says how many were looked at and how many of them made. Beside that the index takes in the words
    of those that are there: on PostgreSQL that is half of the work, and another core's.
    """
    now = app.clock.now()
    with app.uow.reading():
        authors = _authors(app)
    with app.uow.transaction():
        app.bulk_store.add(Follow, (*FOLLOW, "at"), list(_follows(authors, now)), FOLLOW)
    with ThreadPoolExecutor(1) as beside:
        indexing = beside.submit(app.indexing.index_all)
        for stop, batch in _batches(number, authors, now):
            with app.uow.transaction():
                made = _keep(app, batch)
            if indexing.done():
                indexing.result()
                indexing = beside.submit(app.indexing.index_all)
            yield stop, made
        with app.uow.transaction():
            app.tallies.fold()
            app.audit.note("made up posts", "post", "", label=f"{number} posts", after={"posts": number})
        indexing.result()
    app.indexing.index_all()
    app.bulk_store.settle(Post, Comment, Favourite, Follow)


def _batches(number: int, authors: Sequence[Author], now: datetime) -> Iterator[tuple[int, Batch]]:
    """Make the next batch up while the database takes one in.

    Posts come in the order of their time, as written ones do: indexes by time grow at their end, and what is listed
    together lies together.
    """
    drafts = _drafts(number, authors, now)

    def make(start: int) -> tuple[int, Batch]:
        stop = min(start + BATCH, number)
        posts = [_post(draft, now) for draft in drafts[start:stop]]
        return stop, Batch(posts, *_below(posts, authors, now))

    with ThreadPoolExecutor(1) as ahead:
        made = [ahead.submit(make, 0)]
        for start in range(BATCH, number, BATCH):
            made.append(ahead.submit(make, start))
            yield made.pop(0).result()
        yield made.pop().result()


def _below(posts: Rows, authors: Sequence[Author], now: datetime) -> tuple[Rows, Rows]:
    """What others did with these posts: likes and comments."""
    likes: Rows = []
    comments: Rows = []
    for post in posts:
        key, name, since = post[0], post[2], post[-1]
        if since is not None:
            chance = Random(name)
            likes += _likes(key, since, chance, authors, now)
            comments += _comments(key, since, chance, authors, now)
    return likes, comments


def _keep(app: App, batch: Batch) -> int:
    """Keep what is new of a batch; return how many posts that is."""
    made = set(app.bulk_store.add(Post, POST, batch.posts, ("slug",)))
    likes = [row for row in batch.likes if row[1] in made]
    comments = [row for row in batch.comments if row[2] in made]
    app.bulk_store.add(Favourite, (*FAVOURITE, "at"), likes, FAVOURITE)
    app.bulk_store.add(Comment, COMMENT, comments, ("id",))
    return len(made)


def _authors(app: App) -> list[Author]:
    """Who was made up and may write, by their places; they write in their own language where one of ours is that."""
    is_made_up = Condition(field="email", test="contains", value="@example.org")
    asked = Question(order="id", conditions=(is_made_up, Condition(field="active", test="is", value=True)))
    rows = app.record_store.page(User, ("id", "email", "created_at", "zone"), asked, MOST).rows
    spoken = {culture.zone: TONGUES.get(culture.language, ENGLISH) for culture in CULTURES}
    by_name = sorted(rows, key=lambda row: row["email"])
    return [Author(row["id"], row["created_at"], spoken.get(row["zone"], ENGLISH)) for row in by_name]


def _drafts(number: int, authors: Sequence[Author], now: datetime) -> list[Draft]:
    """The oldest first. What a post is depends on its place only, however many are made."""
    taken: set[str] = set()
    return sorted((_draft(place, authors, taken, now) for place in range(number)), key=lambda draft: draft.made)


def _draft(place: int, authors: Sequence[Author], taken: set[str], now: datetime) -> Draft:
    chance = Random(1815 + place)
    author = authors[int(chance.random() ** 2 * len(authors))]  # some write much, most a little
    tongue = author.tongue if chance.random() < 0.8 else ENGLISH
    title = _title(tongue, chance)
    name = slug(title)
    name = f"{name}-{place}" if name in taken or name == "post" else name
    taken.add(name)
    return Draft(now - min(SPAN, now - author.since) * chance.random(), place, author.id, tongue, title, name)


def _post(draft: Draft, now: datetime) -> tuple[Any, ...]:
    made, place, author, tongue, title, name = draft
    chance = Random(MOST + place)
    is_changed, is_hidden = place % 5 == 2, place % 60 == 13
    state = State.DRAFT if place % 40 == 7 else State.ARCHIVED if place % 50 == 11 else State.PUBLISHED
    return (
        new_id("pst", made), author, name, title, _sentence(tongue, chance), _body(tongue, chance, place),
        _tags(chance), str(state), made + (now - made) / 2 if is_hidden else None,
        HIDDEN_FOR[place % len(HIDDEN_FOR)] if is_hidden else "", 2 if is_changed else 1, made,
        made + (now - made) / 3 if is_changed else made, None if state == State.DRAFT else made,
    )  # fmt: skip


def _title(tongue: Tongue, chance: Random) -> str:
    if chance.random() < 0.5:
        return f"{_one(tongue.topics, chance)}: {_one(tongue.claims, chance)}"
    return f"{_one(tongue.who, chance)}{tongue.gap}{_one(tongue.does, chance)}"


def _sentence(tongue: Tongue, chance: Random) -> str:
    parts = (_one(tongue.who, chance), _one(tongue.does, chance), _one(tongue.where, chance))
    return (tongue.gap.join(parts) + tongue.stop).strip()


def _paragraph(tongue: Tongue, chance: Random) -> str:
    return tongue.gap.join(_sentence(tongue, chance) for _ in range(2 + int(chance.random() * 3)))


def _body(tongue: Tongue, chance: Random, place: int) -> str:
    """Paragraphs, headings, a list; in some a quotation or code; the number of the notebook's page is in no other."""
    parts = [_paragraph(tongue, chance), f"## {_one(tongue.headings, chance)}", _paragraph(tongue, chance)]
    parts.append("\n".join(f"- {_one(tongue.items, chance)}" for _ in range(3)))
    if chance.random() < 0.4:
        parts.append(f"> {_one(tongue.asides, chance)}")
    if chance.random() < 0.15:
        parts.append(_one(CODE, chance))
    parts += [f"## {_one(tongue.headings, chance)}", _paragraph(tongue, chance), f"*No. {place}*"]
    return "\n\n".join(parts)


def _tags(chance: Random) -> list[str]:
    return sorted({TAGS[bisect(TAG_ODDS, chance.random() * TAG_ODDS[-1])] for _ in range(int(chance.random() * 6))})


def _likes(key: str, since: datetime, chance: Random, authors: Sequence[Author], now: datetime) -> Rows:
    """Most posts are liked by one or two, a few by many."""
    number = min(int(chance.paretovariate(1.4)) - 1, FANS_MOST, len(authors))
    return [(author.id, key, since + (now - since) * chance.random()) for author in chance.sample(authors, number)]


def _comments(key: str, since: datetime, chance: Random, authors: Sequence[Author], now: datetime) -> Rows:
    rows: Rows = []
    for _ in range(min(int(chance.paretovariate(1.6)) - 1, COMMENTS_MOST)):
        author, made = _one(authors, chance), since + (now - since) * chance.random()
        said = _one(author.tongue.remarks, chance)
        rows.append((new_id("cmt", made), numbered(made), key, author.id, said, None, "", 1, made, made))
    return rows


def _follows(authors: Sequence[Author], now: datetime) -> Iterator[tuple[Any, ...]]:
    """Everybody follows some; who writes much is followed by many."""
    for place, author in enumerate(authors):
        chance = Random(1852 + place)
        chosen = {int(chance.random() ** 2 * len(authors)) for _ in range(int(chance.random() * 40))} - {place}
        for other in sorted(chosen):
            since = max(author.since, authors[other].since)
            yield author.id, authors[other].id, since + (now - since) * chance.random()


def _one(among: Sequence[Any], chance: Random) -> Any:
    return among[int(chance.random() * len(among))]
