"""Numbers of listed posts: kept, with what changed since beside them."""

from __future__ import annotations

from sqlalchemy import text

from adapters.db.content.tables import LISTED
from adapters.db.engine import Database

ADD = (
    "INSERT INTO tallies (scope, number) SELECT scope, sum(change) FROM {source} GROUP BY scope "
    "ON CONFLICT (scope) DO UPDATE SET number = tallies.number + excluded.number"
)
FOLD_IN_ONE = text(
    "WITH gone AS (DELETE FROM tally_changes RETURNING scope, change), told AS ("
    + ADD.format(source="gone")
    + " RETURNING 1) SELECT count(*) FROM gone"
)
"""PostgreSQL: what is deleted is what is added, whoever appends meanwhile."""
FOLD = text(ADD.format(source="tally_changes WHERE true"))
"""SQLite: the transaction is alone; `WHERE true` tells its parser that no join follows."""
EMPTY = text("DELETE FROM tallies WHERE number = 0")
SCOPES = f"""
    SELECT 'posts' AS scope, count(*) AS number FROM posts WHERE {LISTED} HAVING count(*) > 0
    UNION ALL SELECT 'author:' || author_id, count(*) FROM posts WHERE {LISTED} GROUP BY author_id
    UNION ALL SELECT 'day:' || {{day}}, count(*) FROM posts WHERE {LISTED} GROUP BY 1
    UNION ALL SELECT 'tag:' || tag, count(*) FROM post_tags GROUP BY tag
"""
DAY = {
    True: "substr(published_at, 1, 10)",
    False: "to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}
"""The day of a post by the dialect (SQLite or not), UTC."""


class SqlTallies:
    """`core.ports.content.Tallies`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fold(self) -> int:
        connection = self._database.connection
        if not self._database.is_sqlite:
            number = int(connection.execute(FOLD_IN_ONE).scalar_one())
        else:
            connection.execute(FOLD)
            number = connection.execute(text("DELETE FROM tally_changes")).rowcount
        connection.execute(EMPTY)
        return number

    def recount(self) -> int:
        """On PostgreSQL writers wait meanwhile: a change that is seen twice or never would be a wrong number."""
        connection = self._database.connection
        if not self._database.is_sqlite:
            connection.execute(text("LOCK TABLE posts, post_tags, tally_changes IN SHARE ROW EXCLUSIVE MODE"))
        self.fold()
        true = f"({SCOPES.format(day=DAY[self._database.is_sqlite])})"
        wrong = int(
            connection.execute(
                text(
                    f"SELECT count(*) FROM (SELECT scope, number FROM tallies EXCEPT SELECT scope, number FROM {true} t"
                    f" UNION ALL SELECT * FROM (SELECT scope, number FROM {true} t EXCEPT SELECT scope, number "
                    "FROM tallies) o) w"
                )
            ).scalar_one()
        )
        if wrong:
            connection.execute(text("DELETE FROM tallies"))
            connection.execute(text(f"INSERT INTO tallies (scope, number) SELECT scope, number FROM {true} t"))
        return wrong
