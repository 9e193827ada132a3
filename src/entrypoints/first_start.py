"""What a fresh installation needs before it can serve: the tables, a super-admin, the timetable; it loads no site."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from core.domain.kernel.errors import Conflict, Failure, Invalid, Unavailable
from entrypoints import modules
from entrypoints.config import load, make_home
from entrypoints.container import App, build
from entrypoints.lineup import sandboxed
from entrypoints.logs import configure

PEOPLE, POSTS = 20, 100


class NobodyToWake:
    """In the place of wake-ups: this process comes before Redis and the workers, and the sweeper finds what waits."""

    def wake(self, queues: Iterable[str]) -> None: ...


def prepare(app: App) -> dict[str, Any]:
    """Migrate, make the super-admin if there is none, declare the schedules; return what a person should be told.

    Safe at any time and in several places at once: whoever comes second finds everything there. Raises `Unavailable`.
    """
    if not app.migrations.is_current():
        app.migrations.upgrade()
    try:
        one_time = _furnish(app)
    except Conflict:  # another first start wrote the same rows at the same time; now they are seen
        one_time = _furnish(app)
    found = {"site": app.settings.base_url, "admin_email": app.settings.admin.email}
    return {**found, "one_time_password": one_time, "sandboxed": sandboxed(app.settings)}


def _furnish(app: App) -> str | None:
    admin = app.settings.admin
    given = admin.password.get_secret_value() if admin.password else None
    with app.uow.transaction():
        one_time = _first_admin(app, admin.email, given)
        app.timetable.declare(app.catalogue)
    return one_time


def _first_admin(app: App, email: str, given: str | None) -> str | None:
    try:
        one_time: str | None = app.accounts.first_admin(email, given)
    except Invalid as wrong:  # the settings have its shape checked; who looks into lists is the container's
        told = {name: f"ENGINEBAY_ADMIN__{name.upper()}: {sentence}" for name, sentence in wrong.fields.items()}
        raise Invalid(told, " ".join(told.values())) from None
    return one_time


def _make_up(app: App) -> dict[str, Any]:
    """People and posts to look at, so that the first hour finds something on every page: 0.1 s of work."""
    from entrypoints.seed import PASSWORD, seed
    from entrypoints.seed.posts import seed_posts

    people = seed(app, PEOPLE, with_password=True)
    for found in modules.faces("entrypoints.seed"):
        found.plant(app)
    return {"people": people, "posts": sum(made for _, made in seed_posts(app, POSTS)), "password": PASSWORD}


def main() -> int:
    """Prepare, and print what was made as JSON; a failure is a sentence on standard error and exit code 1.

    The first start in development, which nobody gave a password for, makes people and posts up as well.
    """
    settings = load()
    configure(settings)
    make_home(settings)
    app = build(settings, wake_ups=NobodyToWake())
    try:
        made = prepare(app)
        if made["one_time_password"] and not settings.is_production:
            made["made_up"] = _make_up(app)
        sys.stdout.write(json.dumps(made) + "\n")
    except Failure as failure:
        place = f" {where(app)}" if isinstance(failure, Unavailable) else ""
        sys.stderr.write(f"{failure.sentence}{place}\n")
        return 1
    return 0


def where(app: App) -> str:
    """A sentence that names the database which does not answer, without its password."""
    return f"DATABASE_URL leads to {app.uow.url.render_as_string(hide_password=True)}: is that right, and does it run?"


if __name__ == "__main__":
    sys.exit(main())
