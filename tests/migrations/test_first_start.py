"""A first start, and several at the same time: one shape, one super-admin, one password, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapters.queue.inline import InlineWakeUps
from core.domain.kernel.errors import Invalid
from entrypoints.config import Settings
from entrypoints.container import App, build
from entrypoints.first_start import prepare

ROOT = Path(__file__).parents[2]
AT_ONCE = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/first.db"


@pytest.fixture
def fresh(url: str) -> Any:
    """An application whose database is still empty."""
    app = build(Settings(database_url=url), wake_ups=InlineWakeUps())
    yield app
    app.uow.dispose()


def test_first_start_makes_a_super_admin_whose_password_must_change(fresh: App):
    made = prepare(fresh)
    assert {**made, "one_time_password": len(made["one_time_password"])} == {
        "site": "http://127.0.0.1:8000", "admin_email": "admin@example.com", "one_time_password": 16,
        "sandboxed": ["mail", "sms", "calls", "push", "geocoder", "geolocation", "exchange", "social"],
    }  # fmt: skip
    assert people(fresh) == [("admin@example.com", "super-admin", True)]
    assert fresh.migrations.is_current()


def test_first_start_refuses_a_stolen_password_by_the_name_of_its_setting(tmp_path: Path):
    admin = {"email": "ada@example.com", "password": "password123"}
    app = build(Settings(database_url=f"sqlite:///{tmp_path}/first.db", admin=admin), wake_ups=InlineWakeUps())
    with pytest.raises(Invalid, match="ENGINEBAY_ADMIN__PASSWORD: This password is in lists of stolen ones"):
        prepare(app)
    assert people(app) == []
    app.uow.dispose()


def test_first_start_takes_a_given_password_which_need_not_change(url: str):
    admin = {"email": "ada@example.com", "password": "correct horse battery"}
    app = build(Settings(database_url=url, admin=admin, smtp={"url": "smtp://h"}), wake_ups=InlineWakeUps())
    made = prepare(app)
    assert (made["one_time_password"], "mail" in made["sandboxed"]) == (None, False)
    assert people(app) == [("ada@example.com", "super-admin", False)]
    app.uow.dispose()


def test_second_first_start_changes_nothing(fresh: App):
    prepare(fresh)
    before = people(fresh), timetable(fresh)
    assert prepare(fresh)["one_time_password"] is None
    assert (people(fresh), timetable(fresh)) == before


def test_first_starts_at_once_make_one_super_admin(url: str, fresh: App, tmp_path: Path):
    """Real processes on an empty database: each migrates, furnishes, and only one says a password."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        made = list(threads.map(lambda _: first_start(url, tmp_path), range(AT_ONCE)))
    assert [one["admin_email"] for one in made] == ["admin@example.com"] * AT_ONCE
    (first,) = [one for one in made if one["one_time_password"]]
    assert [one["made_up"] for one in made if "made_up" in one] == [first["made_up"]]
    assert people(fresh) == [("admin@example.com", "super-admin", True)]
    assert fresh.migrations.is_current()


@pytest.mark.parametrize(
    ("settings", "made_up"),
    [
        ({}, {"people": 20, "posts": 100, "password": "weave-algebraic-patterns"}),
        ({"ENGINEBAY_ADMIN__PASSWORD": "correct horse battery"}, None),
        (
            {"ENGINEBAY_ENVIRONMENT": "production", "ENGINEBAY_SECRET_KEY": "x" * 40, "REDIS_URL": "redis://localhost"},
            None,
        ),
    ],
)
def test_people_are_made_up_where_nobody_works_yet(tmp_path: Path, settings: dict[str, str], made_up: Any):
    url = f"sqlite:///{tmp_path}/first.db"
    assert first_start(url, tmp_path, **settings).get("made_up") == made_up
    assert "made_up" not in first_start(url, tmp_path, **settings)


def first_start(url: str, home: Path, **settings: str) -> dict[str, Any]:
    """What a process of its own says it made."""
    env = {**os.environ, "PYTHONPATH": "src", "DATABASE_URL": url, "ENGINEBAY_HOME": str(home), **settings}
    command = [sys.executable, "-m", "entrypoints.first_start"]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def people(app: App) -> list[tuple[str, str, bool]]:
    with app.uow.reading():
        return [(user.email, user.role, user.must_change_password) for user in app.users.super_admins()]


def timetable(app: App) -> list[tuple[str, Any]]:
    with app.uow.reading():
        return [(schedule.name, schedule.next_due) for schedule in app.schedules.all()]
