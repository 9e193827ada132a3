"""Rows that are asked for past SQLAlchemy: the same values on both databases, and the same failures."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from adapters.db.engine import Database
from adapters.db.engines import engines
from core.domain.kernel.errors import Unavailable


@pytest.fixture
def database(migrated_url):
    made = Database(engines(migrated_url))
    yield made
    made.dispose()


def test_glance_is_the_user_as_a_session_reads_it(kept):
    with kept.uow.transaction():
        made = kept.accounts.create("ada@example.org", "Ada", "member", "correct horse battery")
        made.language = "de"
        assert kept.users.glance(made.id).language == "de"
    with kept.uow.reading():
        seen, read = kept.users.glance(made.id), kept.users.get(made.id)
        assert {name: getattr(seen, name) for name in vars(read) if not name.startswith("_")} == {
            name: value for name, value in vars(read).items() if not name.startswith("_")
        }  # fmt: skip
        assert seen.created_at.tzinfo.utcoffset(seen.created_at) == timedelta(0)
        assert kept.users.glance("usr_nobody") is None


def test_instant_is_asked_for_in_any_zone(make_app, migrated_url):
    at = datetime(2026, 11, 24, 13, tzinfo=timezone(timedelta(hours=1)))
    for app in (make_app(), make_app(settings={"database_url": migrated_url})):
        with app.uow.transaction():
            made = app.accounts.create("ada@example.org", "Ada", "member", "correct horse battery")
            made.seen_at = at
        with app.uow.reading():
            assert app.uow.rows("SELECT id FROM users WHERE seen_at = :at", {"at": at}) == [(made.id,)]
            assert app.users.glance(made.id).seen_at == at.astimezone(UTC)


def test_what_was_prepared_before_a_migration_is_prepared_anew(database):
    with database.reading():
        database.rows("SELECT * FROM tallies WHERE scope = :scope", {"scope": "posts"})
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE tallies ADD COLUMN further INTEGER DEFAULT 7"))
        connection.execute(text("INSERT INTO tallies (scope, number) VALUES ('posts', 1)"))
    with database.reading():
        assert database.rows("SELECT * FROM tallies WHERE scope = :scope", {"scope": "posts"}) == [("posts", 1, 7)]


def test_connection_that_broke_is_told_of_and_given_up(database, migrated_url):
    with database.reading():
        ((pid,),) = database.rows("SELECT pg_backend_pid()", {})
    other = create_engine(migrated_url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.dispose()
    with pytest.raises(Unavailable), database.reading():
        database.rows("SELECT 1", {})
    with database.reading():
        assert database.rows("SELECT 1", {}) == [(1,)]


def test_statement_that_is_wrong_is_a_bug_as_before(database):
    with pytest.raises(ProgrammingError), database.reading():
        database.rows("SELECT nothing FROM nowhere", {})
