"""Every migration goes up, down and up again on both databases, and the tables in code are what they make."""

import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from adapters.db.engine import Database
from adapters.db.migrations import FOLDER, Migrations
from adapters.db.search import is_not_search
from adapters.db.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    url = f"sqlite:///{tmp_path}/m.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    yield made
    made.dispose()


def test_migrations_up_down_up(database):
    migrations = Migrations(database)
    assert not migrations.is_current()
    migrations.upgrade()
    assert migrations.is_current()
    migrations.downgrade("base")
    assert not migrations.is_current()
    migrations.upgrade()
    assert migrations.is_current()


def test_newest_number_is_the_last_migration_in_the_chain(database):
    """`newest` reads file names, so that nobody loads Alembic to look; here Alembic itself is asked."""
    script = ScriptDirectory(str(FOLDER))
    assert Migrations(database).newest == script.get_current_head()
    assert [path.name.partition("_")[0] for path in sorted(FOLDER.glob("versions/[0-9]*.py"))] == sorted(
        revision.revision for revision in script.walk_revisions()
    )


def test_migrations_make_the_tables_in_code(database):
    Migrations(database).upgrade()
    with database.engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = MigrationContext.configure(connection, opts={"include_object": is_not_search})
        assert compare_metadata(context, metadata) == []
