"""A million posts, for the admins to list: one table for all of them, its rows, and how it is declared here."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Engine, Index, Integer, MetaData, String, Table, Text, create_engine, text

from adapters.db import search
from adapters.db.mapping import mapper
from adapters.db.types import Instant, key
from core.domain.records import Record
from entrypoints.container import App

STATES = ("draft", "review", "published", "archived")
COMMON, RARE = "engine", "quicksilver"
"""A word in every tenth title, and one in fifty posts, however many there are."""
POSTS = Table(
    "bench_posts", MetaData(), Column("id", key(), primary_key=True), Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False), Column("author", String(100), nullable=False),
    Column("state", key(20), nullable=False), Column("featured", Boolean, nullable=False),
    Column("views", Integer, nullable=False), Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
)  # fmt: skip
for name in ("title", "author", "state", "views", "created_at"):
    Index(f"ix_bench_posts_{name}", POSTS.c[name], POSTS.c.id)
WORDS = """
    SELECT array_agg(substr('brilkomatuvesoranedilpacherwigosnunt', 1 + n * 7 % 30, 2 + n % 4)
        || substr('lanterosimquedawilborfentasprinogel', 1 + n * 11 % 29, 2 + n % 5)) AS word
    FROM generate_series(0, 999) n
"""
FILL = f"""
    INSERT INTO bench_posts (id, title, body, author, state, featured, views, created_at, published_at)
    SELECT 'pst_' || lpad(i::text, 12, '0'),
        initcap(word[1 + i * 7 % 1000]) || CASE WHEN i % 10 = 3 THEN ' {COMMON} ' ELSE ' ' END
            || word[1 + i * 13 % 1000],
        word[1 + i * 17 % 1000] || ' ' || word[1 + i * 23 % 1000] || ' ' || word[1 + i / 3 % 1000] || ' '
            || word[1 + i / 7 % 1000] || ' '
            || CASE WHEN i % (:rows / 50) = 7 THEN '{RARE}' ELSE word[1 + i / 11 % 1000] END,
        'Author ' || i * 31 % 1000, (ARRAY['draft', 'review', 'published', 'published', 'archived'])[1 + i * 37 % 5],
        i % 10 = 0, (i::bigint * 7919 % 100003)::int, '2018-01-01Z'::timestamptz + i * interval '4 minutes',
        CASE WHEN i % 5 > 1 THEN '2018-01-01Z'::timestamptz + i * interval '4 minutes' + interval '1 day' END
    FROM generate_series(1, :rows) i, ({WORDS}) words
"""  # fmt: skip


@dataclass(eq=False, kw_only=True)
class Post:
    """A post, as a module that has some would bring it."""

    id: str
    title: str
    body: str
    author: str
    state: str
    featured: bool
    views: int
    created_at: datetime
    published_at: datetime | None

    def check(self) -> None:
        """Nothing is changed here."""


RECORD = Record(
    Post, "post", ("title", "author", "state", "views", "created_at"), search=("title", "body"),
    filters=("state", "featured", "views", "created_at", "author"), editable=("title", "body", "state"),
    long=("body",), choices={"state": STATES}, prefix="pst", deletable=True,
)  # fmt: skip


def with_posts(app: App) -> App:
    """The application with the posts among its records."""
    mapper.map_imperatively(Post, POSTS)
    app.declared[RECORD.slug] = RECORD
    return app


def fill(engine: Engine, rows: int) -> None:
    """Make the table with so many rows, its indexes, and the statistics that planners want."""
    from alembic.migration import MigrationContext  # not loaded where nothing is made, as in a worker
    from alembic.operations import Operations

    POSTS.metadata.drop_all(engine)
    with engine.begin() as connection:
        POSTS.create(connection)
        indexes = [str(found) for (found,) in connection.execute(text(INDEXES))]
        for name in POSTS.indexes:
            connection.execute(text(f"DROP INDEX {name.name}"))
        connection.execute(text(FILL), {"rows": rows})
        for statement in ("SET LOCAL maintenance_work_mem = '512MB'", *indexes):
            connection.execute(text(statement))
        search.make(Operations(MigrationContext.configure(connection)), "bench_posts", *RECORD.search)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE bench_posts"))


INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename = 'bench_posts' AND indexname LIKE 'ix_%'"

if __name__ == "__main__":
    fill(create_engine(sys.argv[1]), int(sys.argv[2]))
