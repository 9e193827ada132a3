"""The ground we stand on: settings, database, Redis, processes, disk and clock; it knows no vendor."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.domain.kernel.findings import Finding, State
from entrypoints.config import DEVELOPMENT_KEY, Settings
from entrypoints.container import App
from entrypoints.health import health
from entrypoints.spelling import unread

SHORTEST_KEY = 32
GIGABYTE = 10**9
LITTLE, TOO_LITTLE = 2 * GIGABYTE, GIGABYTE // 4
MOST_SECONDS_OFF = 5.0
NOTHING_CHANGES = text("UPDATE tasks SET state = state WHERE 1 = 0")
"""Asks for the right to write, and for the lock, and writes nothing."""
TAKES_ROOM = text(
    "CREATE TEMPORARY TABLE enginebay_probe ON COMMIT DROP AS SELECT md5(CAST(number AS text)) "
    "FROM generate_series(1, 20000) AS number"
)
"""A megabyte on PostgreSQL's disk while the transaction is open: on a full one, what has its place may be changed."""
WHAT_TIME = text("SELECT CURRENT_TIMESTAMP")


def check_settings(app: App) -> Iterator[Finding]:
    """The environment, and names that nothing reads."""
    env = Settings.model_config.get("env_file")
    strange = list(unread(Settings, Path(str(env)))) if env else []
    if strange:
        yield Finding(
            item="settings",
            state=State.WARNING,
            says=f"Nothing reads {', '.join(strange)}.",
            do="flask config show lists all there are.",
        )
    elif app.settings.is_production:
        yield Finding(item="settings", says="This is production.")
    else:
        unfit = "This is a development installation. Set ENGINEBAY_ENVIRONMENT=production."
        yield Finding(item="settings", says="This is development.", unfit=unfit)


def check_secret_key(app: App) -> Iterator[Finding]:
    """Long, and not the one that everybody knows."""
    key, make = app.settings.secret_key.get_secret_value(), "ENGINEBAY_SECRET_KEY: openssl rand -hex 32"
    if key == DEVELOPMENT_KEY:
        unfit = "Everybody knows the development key. Set ENGINEBAY_SECRET_KEY; make one: openssl rand -hex 32"
        yield Finding(item="secret key", state=State.WARNING, says="Everybody knows it.", do=make, unfit=unfit)
    elif len(key) < SHORTEST_KEY:
        unfit = f"The secret key has fewer than {SHORTEST_KEY} characters. Make a longer one: openssl rand -hex 32"
        yield Finding(item="secret key", state=State.WARNING, says="It is short.", do=make, unfit=unfit)
    else:
        yield Finding(item="secret key", says=f"{len(key)} characters.")


def check_passwords(app: App) -> Iterator[Finding]:
    """Passwords that guessers try first are refused, but in a profile for conformance tests."""
    if app.settings.password_lists:
        yield Finding(item="passwords", says="Stolen and regular ones are refused.")
        return
    off = "Any password of eight characters is taken. Leave ENGINEBAY_PASSWORD_LISTS out, or set it to on."
    yield Finding(item="passwords", state=State.WARNING, says="Stolen ones are taken.", do=off, unfit=off)


def check_two_factors(app: App) -> Iterator[Finding]:
    """In production a stolen password must open the panel to nobody."""
    if app.settings.admin.two_factors == "off":
        unfit = "The panel opens by a password alone. Take ENGINEBAY_ADMIN__TWO_FACTORS=off away."
        do = "ENGINEBAY_ADMIN__TWO_FACTORS=auto"
        yield Finding(item="two factors", state=State.WARNING, says="The panel asks for one.", do=do, unfit=unfit)
    elif app.settings.panel_wants_two_factors:
        yield Finding(item="two factors", says="The panel asks for both.")
    else:
        yield Finding(item="two factors", says="The panel will ask for both in production.")


def check_base_url(app: App) -> Iterator[Finding]:
    """Links in messages are made of it, so it must be the one that people reach, by https."""
    url = app.settings.base_url
    if url.startswith("https://"):
        yield Finding(item="base url", says=f"{url}.")
        return
    unfit = f"The site is reached by {url}, without encryption. Set ENGINEBAY_BASE_URL to its https address."
    yield Finding(item="base url", says=f"{url}, no https.", do="ENGINEBAY_BASE_URL=https://…", unfit=unfit)


def check_database(app: App) -> Iterator[Finding]:
    """Reachable, migrated and writable."""
    seen = health(app)["database"]
    if not seen["ok"]:
        yield Finding(item="database", state=State.FAULT, says=seen["detail"], do="Start it, or mend DATABASE_URL.")
    elif not seen["migrated"]:
        yield Finding(item="database", state=State.FAULT, says="Migrations are missing.", do="Run: flask db upgrade")
    else:
        yield _writable(app)


def _writable(app: App) -> Finding:
    kind = app.uow.url.get_backend_name()
    try:
        with app.uow.transaction():
            app.uow.connection.execute(NOTHING_CHANGES)
            if not app.uow.is_sqlite and _may_make_temporary_tables(app):
                app.uow.connection.execute(TAKES_ROOM)
    except DBAPIError:
        return Finding(
            item="database", state=State.FAULT, says="It cannot be written.", do="Whose are its file and folder?"
        )
    return Finding(item="database", says=f"{kind}: reachable, migrated, writable.")


def _may_make_temporary_tables(app: App) -> bool:
    asked = text("SELECT has_database_privilege(current_database(), 'TEMP')")
    return bool(app.uow.connection.execute(asked).scalar())


def check_redis(app: App) -> Iterator[Finding]:
    """Carries wake-ups; without it work is kept and waits."""
    seen = health(app)["redis"]
    if seen["ok"]:
        yield Finding(item="redis", says="It answers.")
    else:
        yield Finding(item="redis", state=State.FAULT, says=seen["detail"], do="Start it, or mend REDIS_URL.")


def check_processes(app: App) -> Iterator[Finding]:
    """Somebody who works, and somebody who keeps the time."""
    seen = health(app)
    if "workers" not in seen:
        says = "They sign in at the database, which says nothing."
        yield Finding(item="workers", state=State.FAULT, says=says, do="Mend the database first.")
        return
    workers = seen["workers"]
    if workers:
        yield Finding(item="workers", says=f"{workers} alive.")
    else:
        yield Finding(
            item="workers", state=State.FAULT, says="None is alive: nothing is sent.", do="Start one: python worker.py"
        )
    if seen["scheduler"]["ok"]:
        yield Finding(item="scheduler", says="Alive.")
    else:
        says = "None is alive: nothing is tried again or runs by the clock."
        yield Finding(item="scheduler", state=State.FAULT, says=says, do="Start one: python worker.py scheduler")


def check_disk(app: App) -> Iterator[Finding]:
    """Room in the folder of files, and the right to write there."""
    home = app.settings.home
    free = shutil.disk_usage(home).free
    if not os.access(home, os.W_OK):
        yield Finding(
            item="disk",
            state=State.FAULT,
            says=f"{home} cannot be written.",
            do="Give it to who runs this, or set ENGINEBAY_HOME.",
        )
        return
    state = State.FAULT if free < TOO_LITTLE else State.WARNING if free < LITTLE else State.OK
    do = "" if state is State.OK else "Make room, or move ENGINEBAY_HOME."
    yield Finding(item="disk", state=state, says=f"{free / GIGABYTE:.1f} GB free.", do=do)


def check_clock(app: App) -> Iterator[Finding]:
    """Ours against the database's: tasks are due by ours, and several machines must agree."""
    with app.uow.reading():
        told = app.uow.connection.execute(WHAT_TIME).scalar_one()
    theirs = datetime.fromisoformat(told) if isinstance(told, str) else told
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    off = abs((app.clock.now() - theirs).total_seconds())
    if off > MOST_SECONDS_OFF:
        says = f"{off:.0f} seconds away from the database's."
        yield Finding(item="clock", state=State.WARNING, says=says, do="Have NTP set it on both machines.")
    else:
        yield Finding(item="clock", says="It agrees with the database's.")


def check_timetable(app: App) -> Iterator[Finding]:
    """Schedules that cannot be read any more (their time zone is gone), and so are paused."""
    if "workers" not in health(app):
        return
    with app.uow.reading():
        broken = {one.name: wrong for one in app.schedules.all() if (wrong := app.timetable.wrong(one))}
    for name, wrong in broken.items():
        yield Finding(item=f"schedule {name}", state=State.WARNING, says=wrong, do="Its form: /admin/timetable/")
    if not broken:
        yield Finding(item="timetable", says="Every schedule can be read.")


GROUND: tuple[Callable[[App], Iterator[Finding]], ...] = (
    check_settings, check_secret_key, check_passwords, check_two_factors, check_base_url, check_database, check_redis,
    check_processes, check_disk, check_clock, check_timetable,
)  # fmt: skip
