"""A heavy task in a process of its own: it gets the settings of the worker that started it, and loads little."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from tests.worker.test_exports import order, show, take

from core.domain.tasks import State
from entrypoints.config import Settings
from entrypoints.worker.heavy import plainly, run_heavy

ENTRY, SOURCE = Path(__file__).with_name("lean_entry.py"), Path(__file__).parents[2] / "src"
UNWANTED = {
    "redis", "rq", "rq_scheduler", "flask", "flask_admin", "werkzeug", "jinja2", "requests", "alembic", "argon2",
    "greenlet", "yaml", "twilio", "boto3", "phonenumbers", "babel", "_ssl", "_hashlib",
}  # fmt: skip


@pytest.fixture
def office(make_app):
    """An application with a setting of its own, a message and a user who may export."""
    app = make_app(settings={"site_name": "Looms & Co"})
    with app.uow.transaction():
        app.accounts.create("staff@example.org", "Staff", "staff", "correct horse battery")
        app.contact.receive(name="Ada", email="a@example.com", subject="Looms", message="Hello")
    return app


def test_export_is_written_by_a_process_that_loads_neither_redis_nor_a_site(
    office, drain_queue, monkeypatch, tmp_path, capfd
):
    monkeypatch.setenv("ENGINEBAY_WORKER_ENTRY", str(ENTRY))
    monkeypatch.setenv("LOADED", str(tmp_path / "loaded"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://of-somebody-else/not-there")
    key = order(office)
    drain_queue(office, "exports", heavy=run_heavy)
    assert show(office, key).task.state == State.DONE, capfd.readouterr().err
    assert "Looms" in take(office, key)
    assert set((tmp_path / "loaded").read_text().split()) & UNWANTED == set()


def test_process_that_dies_is_charged_to_the_task(office, drain_queue, monkeypatch, tmp_path):
    (entry := tmp_path / "entry.py").write_text("import os; os._exit(9)")
    monkeypatch.setenv("ENGINEBAY_WORKER_ENTRY", str(entry))
    key = order(office)
    drain_queue(office, "exports", "exports", heavy=run_heavy)  # the second time as a suspect, alone
    found = show(office, key).task
    assert (found.state, found.deaths) == (State.DEAD, 3)


def test_process_whose_time_is_up_ends_itself_whatever_it_hangs_in(office, drain_queue, monkeypatch, tmp_path):
    (entry := tmp_path / "entry.py").write_text(
        f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
        "from entrypoints.worker.heavy import serve_heavy\n"
        "serve_heavy(lambda settings: sum(iter(int, 1)))\n"
    )
    monkeypatch.setenv("ENGINEBAY_WORKER_ENTRY", str(entry))
    key = order(office)
    drain_queue(office, "exports", heavy=lambda app, claim, mark: run_heavy(app, claim, replace(mark, limit=0.2)))
    assert show(office, key).task.deaths == 1


def test_waiting_for_the_database_is_not_the_tasks_own_time(office, drain_queue):
    """The database takes no writing for longer than the task may run: it is done all the same, and charged nothing."""
    key, limit = order(office), 2.0

    def run_while_it_is_away(app, claim, mark):
        away = sqlite3.connect(app.uow.url.database, isolation_level=None, check_same_thread=False)
        away.execute("BEGIN IMMEDIATE")
        back = Timer(2 * limit, away.close)
        back.start()
        run_heavy(app, claim, replace(mark, limit=limit))
        back.join()

    drain_queue(office, "exports", heavy=run_while_it_is_away)
    found = show(office, key).task
    assert (found.state, found.deaths) == (State.DONE, 0)


def test_settings_arrive_as_they_are_whatever_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////elsewhere.db")
    monkeypatch.setenv("ENGINEBAY_SMTP__URL", "smtp://elsewhere")
    monkeypatch.setenv("ENGINEBAY_TWILIO__BASE_URL", "https://elsewhere")
    given = Settings(
        home=tmp_path, database_url="postgresql://here/db", secret_key="s" * 40, smtp={"sender": "x@example.org"},
        admin={"email": "a@example.org", "password": "correct horse battery"}, twilio={"account_sid": "AC1"},
    )  # fmt: skip
    arrived = Settings(**json.loads(json.dumps(given.model_dump(), default=plainly)))
    assert arrived == given
    assert arrived.admin.password.get_secret_value() == "correct horse battery"
