"""Words of posts: a GIN index of PostgreSQL, an FTS5 table of SQLite (migrations 0033, 0036); see decision 19.

On SQLite triggers index at once. On PostgreSQL, where that would cost a third of a new post, they note what is to be
indexed; a task does it, and a search reads the newest of what is noted as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, and_, bindparam, func, select, text

from adapters.db import search
from adapters.db.content.reading import COLUMNS, FAVOURITED, FOLLOWING, NOBODYS, TYPES
from adapters.db.content.tables import LISTED
from adapters.db.engine import Database
from adapters.db.tables import users
from adapters.db.types import Instant
from core.domain.content.search import POOL, fold
from core.ports.content import PostRow
from core.ports.search import FoundPosts, PersonRow, Sought, Term

COMMON = 5_000
"""What occurs in more posts is looked for among the newest `WALKED` only, which are read in their order."""
WALKED = 20_000
FRESH = 200
"""So many changes that are not indexed yet are read as they are."""
READ = 20_000
"""Characters of a text from which an excerpt is taken."""
WEIGHTS = "{0.01, 0.1, 0.3, 1}"
"""Of the text, the description, the tags, the title."""
SQLITE_WEIGHTS = "100, 30, 10, 1"
"""The same in the order of the columns: title, tags, description, text."""
PERSON = (users.c.id, users.c.username, users.c.name, users.c.bio, users.c.image)
NUMBER = text(
    f"SELECT count(*) FROM (SELECT 1 FROM text_search WHERE words @@ CAST(:likely AS tsquery) LIMIT {COMMON + 1}) met"
)
"""Of posts that have all the words, in whatever order: the index alone tells, so reading ends at the limit."""
NOTED = "EXISTS (SELECT 1 FROM text_search_due WHERE post_id = w.post_id)"
WORDS = (
    "text_search_of(title, tags, description, body, "
    "ARRAY(SELECT '#' || tag FROM jsonb_array_elements_text(CAST(tags AS jsonb)) AS tag) || ('@' || author_id)) "
    "AS words"
)
"""Of a post, with its tags and its author (`_further`)."""
NEXT = "SELECT ctid FROM text_search_due ORDER BY id LIMIT :most FOR UPDATE"
INDEX = text(f"""
    WITH gone AS (
        DELETE FROM text_search_due WHERE ctid = ANY (ARRAY({NEXT})) RETURNING post_id
    ), listed AS (
        SELECT id, published_at, {WORDS} FROM posts
        WHERE id = ANY (ARRAY(SELECT post_id FROM gone)) AND {LISTED}
    ), kept AS (
        INSERT INTO text_search (post_id, published_at, words) SELECT id, published_at, words FROM listed
        ON CONFLICT (post_id) DO UPDATE SET published_at = excluded.published_at, words = excluded.words
    ), dropped AS (
        DELETE FROM text_search w WHERE post_id = ANY (ARRAY(SELECT post_id FROM gone))
        AND NOT EXISTS (SELECT 1 FROM posts WHERE id = w.post_id AND {LISTED})
    )
    SELECT count(*) FROM gone
""")
ANEW = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('synchronous_commit', 'off', true)"
)
"""Planned each time: a plan that was made while the index was young would read a grown one whole. And nothing waits for
the disk: where a crash undoes what was taken in, it waits to be taken in again."""
Shape = frozenset[str]


class SqlIndex:
    """`core.ports.search.Index`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of_users: tuple[str, ...] | None = None

    def posts(self, sought: Sought) -> FoundPosts:
        self._database.frame.flush()
        named = {"reader": sought.reader_id, "tag": sought.tag, "author": sought.author_id, "since": sought.since}
        given: dict[str, Any] = {name: value for name, value in named.items() if value}
        shape, bound = frozenset(given), {**given, "most": sought.most, "skip": sought.skip}
        if self._database.is_sqlite:
            statement = _on_sqlite(shape)
            bound["match"] = _fts5(sought.terms)
        else:
            bound["words"] = _tsquery(sought.terms)
            bound["match"] = " & ".join([f"({bound['words']})", *_further(sought)])
            likely = " & ".join([_flat(sought.terms), *_further(sought)])
            statement = _on_postgres(shape - {"tag", "author"}, is_common=self._is_common(likely))
            bound = {name: value for name, value in bound.items() if name not in ("tag", "author")}
        found = self._database.connection.execute(statement, bound).all()
        return FoundPosts([PostRow(*row[:-1]) for row in found], found[0][-1] if found else 0)

    def people(self, words: Sequence[str], most: int) -> Sequence[PersonRow]:
        """The index of users holds their addresses too, by which nobody is to be found: each is looked at again."""
        connection, dialect = self._database.connection, self._database.engine.dialect.name
        if self._of_users is None:
            self._of_users = search.fields(connection, users.name)
        conditions = [
            *(search.indexed(users, self._of_users, words, dialect) if self._of_users else ()),
            *search.reading(users, ("name", "username"), words, dialect),
        ]
        statement = (
            select(*PERSON)
            .where(users.c.active, users.c.username != "", users.c.leaving_at.is_(None), and_(*conditions))
            .order_by(func.length(users.c.username), users.c.username)
            .limit(most)
        )
        return [PersonRow(*row) for row in connection.execute(statement)]

    def index(self, most: int) -> int:
        if self._database.is_sqlite:
            return 0
        self._database.connection.execute(ANEW)
        return int(self._database.connection.execute(INDEX, {"most": most}).scalar_one())

    def _is_common(self, likely: str) -> bool:
        number = self._database.connection.execute(NUMBER, {"likely": likely}).scalar_one()
        return bool(number > COMMON)


def _tsquery(terms: Sequence[Term]) -> str:
    """Words hold letters, digits and marks only, so nothing in them means anything to `tsquery`."""
    told = []
    for term in terms:
        words = [f"'{fold(word)}'" for word in term.words]
        phrase = " <-> ".join(words) + (":*" if term.is_beginning else "")
        told.append(f"{'!' if term.is_unwanted else ''}({phrase})")
    return " & ".join(told)


def _flat(terms: Sequence[Term]) -> str:
    """Every wanted word, wherever it stands."""
    wanted = [term for term in terms if not term.is_unwanted]
    words = [f"'{fold(word)}'" for term in wanted for word in term.words[: -1 if term.is_beginning else None]]
    return " & ".join(words + [f"'{fold(term.words[-1])}':*" for term in wanted if term.is_beginning])


def _further(sought: Sought) -> list[str]:
    """Tag and author are in the index beside the words, where no word can be like them."""
    keys = ([f"#{sought.tag}"] if sought.tag else []) + ([f"@{sought.author_id}"] if sought.author_id else [])
    return ["'" + key.replace("\\", "\\\\").replace("'", "''") + "'" for key in keys]


def _fts5(terms: Sequence[Term]) -> str:
    """The table splits and folds words itself; in quotes it knows no syntax."""
    wanted, unwanted = [], []
    for term in terms:
        phrase = f'"{" ".join(term.words)}"' + ("*" if term.is_beginning else "")
        (unwanted if term.is_unwanted else wanted).append(phrase)
    return " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])


@lru_cache(maxsize=16)
def _on_postgres(shape: Shape, *, is_common: bool) -> TextClause:
    newest = f"(SELECT * FROM text_search ORDER BY published_at DESC, post_id DESC LIMIT {WALKED})"
    since = " AND published_at >= :since" if "since" in shape else ""
    return _typed(
        f"""
        WITH fresh AS MATERIALIZED (
            SELECT DISTINCT post_id FROM (SELECT post_id FROM text_search_due ORDER BY id DESC LIMIT {FRESH}) d
        ), pool AS MATERIALIZED (
            (SELECT post_id, published_at, words FROM {newest if is_common else "text_search"} w
             WHERE words @@ CAST(:match AS tsquery){since} AND NOT {NOTED}
             ORDER BY published_at DESC, post_id DESC LIMIT {POOL})
            UNION ALL SELECT * FROM (
                SELECT id, published_at, {WORDS}
                FROM posts JOIN fresh ON fresh.post_id = id WHERE {LISTED}{since}
            ) f WHERE words @@ CAST(:match AS tsquery)
        ), ranked AS (
            SELECT post_id, published_at, ts_rank_cd('{WEIGHTS}', words, CAST(:words AS tsquery), 1) AS rank,
                   count(*) OVER () AS total
            FROM pool ORDER BY rank DESC, published_at DESC, post_id DESC LIMIT :most OFFSET :skip
        )
        SELECT {COLUMNS}, {_told(shape)}, left(p.body, {READ}) AS body, least(k.total, {POOL}) AS total
        FROM ranked k JOIN posts p ON p.id = k.post_id JOIN users u ON u.id = p.author_id
        ORDER BY k.rank DESC, k.published_at DESC, k.post_id DESC
        """
    )


@lru_cache(maxsize=16)
def _on_sqlite(shape: Shape) -> TextClause:
    conditions = ["text_search MATCH :match", *(f"s.{condition}" for condition in LISTED.split(" AND "))]
    narrowing = {
        "tag": "EXISTS (SELECT 1 FROM post_tags WHERE post_id = s.id AND tag = :tag)",
        "author": "s.author_id = :author",
        "since": "s.published_at >= :since",
    }
    conditions += [condition for name, condition in narrowing.items() if name in shape]
    return _typed(
        f"""
        WITH pool AS MATERIALIZED (
            SELECT s.id, s.published_at, bm25(text_search, {SQLITE_WEIGHTS}) AS rank
            FROM text_search CROSS JOIN posts s ON s.rowid = text_search.rowid
            WHERE {" AND ".join(conditions)} ORDER BY text_search.rowid DESC LIMIT {POOL}
        ), ranked AS (
            SELECT id, published_at, rank, count(*) OVER () AS total
            FROM pool ORDER BY rank, published_at DESC, id DESC LIMIT :most OFFSET :skip
        )
        SELECT {COLUMNS}, {_told(shape)}, substr(p.body, 1, {READ}) AS body, k.total
        FROM ranked k JOIN posts p ON p.id = k.id JOIN users u ON u.id = p.author_id
        ORDER BY k.rank, k.published_at DESC, k.id DESC
        """
    )


def _told(shape: Shape) -> str:
    return f"{FAVOURITED}, {FOLLOWING.format(whom='p.author_id')}" if "reader" in shape else NOBODYS


def _typed(statement: str) -> TextClause:
    instants = [bindparam("since", type_=Instant)] if ":since" in statement else []
    return text(statement).bindparams(*instants).columns(**TYPES)
