"""Every migration goes up, down and up again on both databases, and the tables in code are what they make."""

import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from adapters.db.engine import Database
from adapters.db.migrations import Migrations
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


def test_migrations_make_the_tables_in_code(database):
    Migrations(database).upgrade()
    with database.engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
