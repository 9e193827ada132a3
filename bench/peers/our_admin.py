"""Our admin over the posts: `python -m bench.peers.our_admin` prints what its pages take.

With `export` it prints what the task takes that writes all of them to a file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from bench import pages
from bench.peers.posts import COMMON, POSTS, RARE, RECORD, with_posts
from core.domain.accounts import User
from entrypoints.config import load
from entrypoints.container import App, build
from entrypoints.logs import configure
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain

CHILD = Path(__file__).with_name("our_child.py")
PASSWORD = "correct horse battery"


def site_of(app: App) -> tuple[pages.Wsgi, str]:
    """The site as WSGI, and the cookie of somebody who may see the posts."""
    from entrypoints.admin import make_admin  # a worker, which exports, has no site
    from entrypoints.signed_in import let_in
    from entrypoints.web import make_web

    site = make_web(app)
    make_admin(app, site)
    with app.uow.transaction():
        user: User = app.users.by_email("bench@example.org") or app.accounts.create(
            "bench@example.org", "Bench", "super-admin", PASSWORD
        )
        token = app.session_desk.open(user, "127.0.0.1", "bench")
    site.add_url_rule("/bench/let-in", view_func=lambda: str(let_in(user, token)))
    client = site.test_client()
    client.get("/bench/let-in", base_url=app.settings.base_url)
    return site.wsgi_app, "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())


def addresses(app: App) -> dict[str, str]:
    """The pages that are compared."""
    with app.uow.reading():
        number = app.uow.connection.execute(select(func.count()).select_from(POSTS)).scalar_one()
    far = RECORD.mark({"id": f"pst_{number // 4:012d}"}, RECORD.question())
    asked = {
        "first page": {}, "any page": {"after": far}, "common search": {"search": COMMON},
        "rare search": {"search": RARE}, "filter with counts": {"state.is": "draft", "featured.is": "yes"},
    }  # fmt: skip
    return {name: f"/admin/posts/?{urlencode(query)}" for name, query in asked.items()}


def export(app: App) -> int:
    """Ask for every post as the list does, have the task done as a worker would, and return the size of the file."""
    with app.uow.reading():
        by = app.users.by_email("bench@example.org")
    with app.uow.transaction():
        asked = app.exports.order(RECORD, RECORD.question(), "", by)
    app.catalogue.bind(app.marked)
    desk = Desk(app)
    drain = Drain(app, desk, lambda: False)
    drain.run("exports")
    drain.close()
    desk.leave()
    with app.uow.reading():
        return int(app.exports.show(asked.id, by).size)


if __name__ == "__main__":
    settings = load()
    configure(settings)
    app = with_posts(build(settings))
    if "export" in sys.argv:  # in a database that the pages have migrated
        os.environ["ENGINEBAY_WORKER_ENTRY"] = str(CHILD)
        pages.tell_export(lambda: export(app))
        sys.exit()
    app.migrations.upgrade()
    wsgi, cookie = site_of(app)
    pages.tell(wsgi, addresses(app), cookie)
