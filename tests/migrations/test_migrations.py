"""Every migration goes up, down and up again on both databases, and the tables in code are what they make."""

import warnings

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from adapters.db.engine import Database
from adapters.db.engines import engines
from adapters.db.migrations import FOLDER, Migrations, _config


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    url = f"sqlite:///{tmp_path}/m.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(engines(url))
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


def test_migrations_make_the_tables_in_code_and_nothing_is_warned_of(database):
    """What `flask db revision` would write is asked of Alembic, which raises when there is something to write."""
    Migrations(database).upgrade()
    with database.engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("error")
        command.check(_config(connection))
