"""Brings a database to the present shape, and tells whether it is there; Alembic does the work."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).parents[3] / "migrations"


def config(connection: Connection | None = None, url: str = "") -> Config:
    """Alembic's settings, without an ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes.update(connection=connection, url=url)
    return settings


def upgrade(connection: Connection, to: str = "head") -> None:
    """Apply every migration that is missing; two processes at once are safe."""
    command.upgrade(config(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Take migrations back, down to `to` ("base": all of them)."""
    command.downgrade(config(connection), to)


@cache
def newest() -> str | None:
    """The last migration this code knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def is_current(connection: Connection) -> bool:
    """Whether the database is at the last migration."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return newest() in set(connection.scalars(text("SELECT version_num FROM alembic_version")))
