"""Lists of posts as rows, in one statement each: ids come from one range of one index, and only those shown are looked
up whole; numbers come from tallies, and a deep page begins at its day instead of walking there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.types import TypeEngine

from adapters.db.content.tables import LISTED, OF_TAG
from adapters.db.engine import Database
from adapters.db.glance import Glance
from adapters.db.types import Instant, Json
from core.domain.kernel.ids import is_id
from core.ports.content import CommentRow, Page, PostRow, Wanted

DEEP = 1000
"""From here on a page of all posts is looked for by its day."""
INSTANTS = ("created_at", "updated_at", "published_at")
COLUMNS = (
    "p.id, p.slug, p.title, p.description, p.tags, p.state, p.version, p.created_at, p.updated_at, p.published_at, "
    "p.hidden_for, p.favourites, p.comments, p.author_id, u.username, u.name, u.bio, u.image"
)
COMMENT_COLUMNS = (
    "c.id, c.number, c.body, c.version, c.created_at, c.updated_at, c.hidden_for, c.author_id, u.username, u.name, "
    "u.bio, u.image"
)
FAVOURITED = "EXISTS (SELECT 1 FROM favourites WHERE user_id = :reader AND post_id = p.id) AS favourited"
FOLLOWING = "EXISTS (SELECT 1 FROM follows WHERE follower_id = :reader AND followee_id = {whom}) AS following"
NOBODYS = "false AS favourited, false AS following"
NAMED = "(SELECT id FROM users WHERE lower(username) = :{name} AND username <> '')"
TALLY = (
    "(SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM (SELECT number AS n FROM tallies WHERE scope {scope} "
    "UNION ALL SELECT change FROM tally_changes WHERE scope {scope}) t)"
)
BY_DAY = """
    WITH days AS (
        SELECT scope, sum(n) AS n FROM (
            SELECT scope, number AS n FROM tallies WHERE scope >= 'day:' AND scope < 'day;'
            UNION ALL SELECT scope, change FROM tally_changes WHERE scope >= 'day:' AND scope < 'day;'
        ) told GROUP BY scope
    ), summed AS (SELECT scope, n, sum(n) OVER (ORDER BY scope DESC) AS upto FROM days)
    SELECT scope, CAST(upto - n AS BIGINT) FROM summed WHERE upto > :skip ORDER BY scope DESC LIMIT 1
"""
TAGS = f"""
    WITH changed AS MATERIALIZED (
        SELECT c.scope, sum(change) + coalesce((SELECT number FROM tallies WHERE scope = c.scope), 0) AS number
        FROM tally_changes c WHERE scope >= 'tag:' AND scope < 'tag;' GROUP BY c.scope
    )
    SELECT substr(scope, 5), CAST(number AS BIGINT) FROM (
        SELECT * FROM (
            SELECT scope, number FROM tallies WHERE {OF_TAG} AND scope NOT IN (SELECT scope FROM changed)
            ORDER BY number DESC, scope LIMIT :most
        ) kept
        UNION ALL SELECT scope, number FROM changed
    ) told WHERE number > 0 ORDER BY number DESC, scope LIMIT :most
"""
"""The beginning of an index, and whatever changed since it was folded. `NOT IN` leaves PostgreSQL the index's order."""
TYPES: dict[str, type[TypeEngine[Any]]] = {
    **dict.fromkeys(INSTANTS, Instant), "tags": Json, "favourited": Boolean, "following": Boolean
}  # fmt: skip
"""Every column that is kept otherwise than it is read."""
POST_KINDS = tuple(map(TYPES.get, PostRow._fields))
COMMENT_KINDS = tuple(map(TYPES.get, CommentRow._fields))
Shape = frozenset[str]
"""Which parts of a `Wanted` are given: one statement each."""


class SqlReading:
    """`core.ports.content.Reading`."""

    def __init__(self, database: Database, deep: int = DEEP) -> None:
        self._database, self._deep = database, deep
        self._posts, self._comments = (Glance(kinds, database.is_sqlite) for kinds in (POST_KINDS, COMMENT_KINDS))

    def page(self, wanted: Wanted) -> Page:
        given = _given(wanted)
        skip, until = self._start(wanted, given)
        bound = {**given, "until": until} if until is not None else given
        shape = frozenset(bound)
        if wanted.before is not None:
            bound = {**bound, "before": wanted.before[0], "before_id": wanted.before[1]}
        if skip or "feed" in shape:
            bound = {**bound, "skip": skip, "upto": wanted.most + 1 + skip}
        statement = _listing(shape, wanted.most + 1, bool(skip), (wanted.counted, self._database.is_sqlite))
        found = self._database.rows(statement, bound)
        if not found:
            return Page([], self._total(shape - {"before", "until"}, given) if wanted.counted else 0, None)
        rows = [PostRow(*self._posts.read(row[:-1])) for row in found[: wanted.most]]
        is_last = len(found) <= wanted.most
        return Page(rows, found[0][-1], None if is_last else _mark(rows[-1], wanted))

    def post(self, slug_or_id: str, reader_id: str) -> PostRow | None:
        by = "id" if is_id(slug_or_id, "pst") else "slug"
        statement = _single(by, bool(reader_id))
        bound = {"key": slug_or_id} | ({"reader": reader_id} if reader_id else {})
        rows = self._database.rows(statement, bound)
        return PostRow(*self._posts.read(rows[0])) if rows else None

    def comments(self, post_id: str, reader_id: str, *, most: int, before: str) -> list[CommentRow]:
        statement = _commented(bool(reader_id), bool(most), "c.id < :before" if before else "")
        bound = {"post": post_id, "reader": reader_id, "most": most, "before": before}
        return [CommentRow(*self._comments.read(row)) for row in self._database.rows(statement, bound)]

    def comment(self, post_id: str, comment_id: str, reader_id: str) -> CommentRow | None:
        statement = _commented(bool(reader_id), is_limited=False, further="c.id = :comment")
        bound = {"post": post_id, "reader": reader_id, "comment": comment_id}
        rows = self._database.rows(statement, bound)
        return CommentRow(*self._comments.read(rows[0])) if rows else None

    def tags(self, most: int) -> Sequence[tuple[str, int]]:
        return [(tag, number) for tag, number in self._database.rows(TAGS, {"most": most})]

    def _start(self, wanted: Wanted, given: Mapping[str, Any]) -> tuple[int, datetime | None]:
        """How many to skip, and before which instant: of all posts, the numbers of days tell where a page begins."""
        if wanted.skip < self._deep or given.keys() - {"reader"}:
            return wanted.skip, None
        found = self._database.rows(BY_DAY, {"skip": wanted.skip})
        if not found:
            return 0, datetime(1, 1, 2, tzinfo=UTC)
        day, passed = datetime.fromisoformat(found[0][0][4:]).replace(tzinfo=UTC), found[0][1]
        return wanted.skip - passed, day + timedelta(days=1)

    def _total(self, shape: Shape, given: Mapping[str, Any]) -> int:
        return int(self._database.rows(f"SELECT {_number(shape)}", given)[0][0])


def _given(wanted: Wanted) -> dict[str, Any]:
    """What is asked for, by the names that statements use."""
    named = {
        "reader": wanted.reader_id, "tag": wanted.tag, "author": wanted.author.lower(),
        "fan": wanted.favourited_by.lower(), "feed": wanted.feed_of, "own": wanted.own_of,
    }  # fmt: skip
    given: dict[str, Any] = {name: value for name, value in named.items() if value}
    return given | ({"before": None} if wanted.before is not None else {})


def _mark(row: PostRow, wanted: Wanted) -> tuple[datetime, str]:
    return (row.created_at if wanted.own_of else row.published_at or row.created_at), row.id


@lru_cache(maxsize=256)
def _listing(shape: Shape, most: int, is_skipping: bool, how: tuple[bool, bool]) -> str:
    """The statement of a list: the ids of a page from an index, then the page. `how`: whether it is counted, whether
    for SQLite. How many there are to be stands in it, or a plan for any number would be one for a tenth of all."""
    counted, is_sqlite = how
    at, key, source, conditions = _source(shape, is_sqlite)
    if "before" in shape:
        conditions.append(f"({at}, {key}) < (:before, :before_id)")
    if "until" in shape:
        conditions.append(f"{at} < :until")
    total = _number(shape - {"before", "until"}) if counted else "0"
    ids = (
        f"SELECT {key} AS id, {at} AS at FROM {source} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {at} DESC, {key} DESC LIMIT {most}"
        f"{' OFFSET :skip' if is_skipping else ''}"
    )
    told = f"{FAVOURITED}, {FOLLOWING.format(whom='p.author_id')}" if "reader" in shape else NOBODYS
    return (
        f"SELECT {COLUMNS}, {told}, '' AS body, {total} AS total FROM ({ids}) k JOIN posts p ON p.id = k.id "
        "JOIN users u ON u.id = p.author_id ORDER BY k.at DESC, k.id DESC"
    )


def _source(shape: Shape, is_sqlite: bool) -> tuple[str, str, str, list[str]]:
    """Where ids come from in the order they are shown: the instant, the id, the tables, what must hold."""
    if "own" in shape:
        return "s.created_at", "s.id", "posts s", ["s.author_id = :own"]
    if "tag" in shape:
        at, key, source, conditions = "t.published_at", "t.post_id", "post_tags t", ["t.tag = :tag"]
        if shape & {"author", "feed"}:
            source += " JOIN posts s ON s.id = t.post_id"
    else:
        at, key, source, conditions = "s.published_at", "s.id", "posts s", [_listed("s")]
    if "author" in shape:
        conditions.append(f"s.author_id = {NAMED.format(name='author')}")
    if "feed" in shape:
        return _of_feed(shape, is_sqlite, (at, key, source, conditions))
    if "fan" in shape:
        source += f" JOIN favourites f ON f.post_id = {key}"
        conditions.append(f"f.user_id = {NAMED.format(name='fan')}")
    return at, key, source, conditions


def _of_feed(
    shape: Shape, is_sqlite: bool, told: tuple[str, str, str, list[str]]
) -> tuple[str, str, str, list[str]]:  # fmt: skip
    """PostgreSQL takes the newest of each author, whose index ends where it has enough; SQLite sorts them all."""
    at, key, source, conditions = told
    if is_sqlite or shape - {"feed", "reader"}:
        conditions.append("s.author_id IN (SELECT followee_id FROM follows WHERE follower_id = :feed)")
        return at, key, source, conditions
    newest = (
        f"SELECT id, published_at FROM posts WHERE author_id = w.followee_id AND {LISTED} "
        "ORDER BY published_at DESC, id DESC LIMIT :upto"
    )
    return at, key, f"follows w CROSS JOIN LATERAL ({newest}) s", ["w.follower_id = :feed"]


def _number(shape: Shape) -> str:
    """How many posts a list has: from the tallies where one is kept, else counted."""
    asked = shape - {"reader"}
    if not asked:
        return TALLY.format(scope="= 'posts'")
    if asked == {"tag"}:
        return TALLY.format(scope="= 'tag:' || :tag")
    if asked == {"author"}:
        return TALLY.format(scope=f"= 'author:' || {NAMED.format(name='author')}")
    if asked == {"feed"}:
        return TALLY.format(scope="IN (SELECT 'author:' || followee_id FROM follows WHERE follower_id = :feed)")
    _, _, source, conditions = _source(shape, is_sqlite=True)
    return f"(SELECT count(*) FROM {source} WHERE {' AND '.join(conditions)})"


@lru_cache(maxsize=8)
def _single(by: str, is_read_by_somebody: bool) -> str:
    mine, told = "", NOBODYS
    if is_read_by_somebody:
        mine, told = "p.author_id = :reader OR ", f"{FAVOURITED}, {FOLLOWING.format(whom='p.author_id')}"
    return (
        f"SELECT {COLUMNS}, {told}, p.body FROM posts p JOIN users u ON u.id = p.author_id "
        f"WHERE p.{by} = :key AND ({mine}(p.state <> 'draft' AND p.hidden_at IS NULL))"
    )


@lru_cache(maxsize=8)
def _commented(is_read_by_somebody: bool, is_limited: bool, further: str) -> str:
    shown = "c.hidden_at IS NULL" + (" OR c.author_id = :reader" if is_read_by_somebody else "")
    told = FOLLOWING.format(whom="c.author_id") if is_read_by_somebody else "false AS following"
    return (
        f"SELECT {COMMENT_COLUMNS}, {told} FROM comments c JOIN users u ON u.id = c.author_id "
        f"WHERE c.post_id = :post AND ({shown}){f' AND {further}' if further else ''} "
        f"ORDER BY c.id DESC{' LIMIT :most' if is_limited else ''}"
    )


def _listed(alias: str) -> str:
    return f"{alias}.state = 'published' AND {alias}.hidden_at IS NULL"
