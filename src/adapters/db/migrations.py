"""Brings the database to its present shape, and tells whether it is there; Alembic does the work."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

    def write(self, message: str) -> Path:
        """Write a new migration from the difference between the tables in code and the database; return its file.

        Raises `Invalid` when the database is not at the last migration yet.
        """
        from alembic import command

        with _said(), self._database.engine.connect() as connection:
            number = f"{int(self.newest) + 1:04}"
            made: Any = command.revision(_config(connection), message, autogenerate=True, rev_id=number)
        return Path(made.path)

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

    settings = Config(cmd_opts=Namespace(quiet=True))  # what is done is told by the commands
    settings.set_main_option("script_location", str(FOLDER))
    for name, value in _tidying().items():
        settings.set_section_option("post_write_hooks", name, value)
    settings.attributes["connection"] = connection
    return settings


def _tidying() -> dict[str, str]:
    """Has a new migration written as all files here are, where the developer's tools are installed."""
    if find_spec("ruff") is None:
        return {}
    told = {"hooks": "sort, format"}
    for name, command in (("sort", "check --quiet --select I --fix"), ("format", "format --quiet")):
        options = f"{command} REVISION_SCRIPT_FILENAME"
        told |= {f"{name}.type": "module", f"{name}.module": "ruff", f"{name}.options": options}
    return told
