"""Brings the database to its present shape, and tells whether it is there; Alembic does the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from adapters.db.engine import Database
from core.domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parents[3] / "migrations"


class Migrations:
    """The migrations of one database. Alembic (11 MB) is imported to change it, never to look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upgrade(self, to: str = "head") -> None:
        """Apply what is missing; two processes at once are safe. Raises `Invalid` for a migration there is not."""
        from alembic import command

        with _said(), self._database.engine.begin() as connection:
            command.upgrade(_config(connection), to)

    def downgrade(self, to: str) -> None:
        """Take migrations back, down to `to` ("base": all of them)."""
        from alembic import command

        with self._database.engine.begin() as connection:
            command.downgrade(_config(connection), to)

    def write(self, message: str) -> None:
        """Write a new migration from the difference between the tables in code and the database.

        Raises `Invalid` when the database is not at the last migration yet.
        """
        from alembic import command

        with _said(), self._database.engine.connect() as connection:
            number = f"{int(self.newest) + 1:04}"
            command.revision(_config(connection), message, autogenerate=True, rev_id=number)

    def is_current(self) -> bool:
        """Whether the database is at the last migration. Raises `Unavailable`."""
        with self._database.apart() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            return self.newest in set(connection.scalars(text("SELECT version_num FROM alembic_version")))

    @cached_property
    def newest(self) -> str:
        """The last migration this code knows. Their files are numbered, so `/readyz` need not load Alembic to ask."""
        return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


@contextmanager
def _said() -> Iterator[None]:
    from alembic.util import CommandError

    try:
        yield
    except CommandError as wrong:
        said = f"{str(wrong).rstrip('.')}. Bring the database to the last migration first: flask db upgrade"
        raise Invalid({"migration": said}) from wrong


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings
