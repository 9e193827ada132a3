"""Flask-Admin's own model view over the posts, as it comes (fifty a page): `python -m bench.peers.flask_admin`.

With `export` it prints what its CSV of everything takes instead.
"""

from __future__ import annotations

import os
import sys

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy

from bench import pages
from bench.peak import tell_peak
from bench.peers.posts import COMMON, POSTS, RARE

app = Flask(__name__)
app.config.update(SECRET_KEY="only-for-the-bench", SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"])
Babel(app)  # it is installed for us, and Flask-Admin uses it then
db = SQLAlchemy(app)


class Post(db.Model):  # type: ignore[name-defined,misc]
    """The table that all of them list."""

    __table__ = POSTS


class PostView(ModelView):  # type: ignore[misc]
    """The same columns, searches and filters."""

    column_list = ("title", "author", "state", "views", "created_at")
    column_searchable_list = ("title", "body")
    column_filters = ("state", "featured")
    page_size = 50
    can_export = True
    export_max_rows = 0


Admin(app, name="bench").add_view(PostView(Post, db.session, endpoint="post"))

if __name__ == "__main__":
    if "export" in sys.argv:
        pages.tell_export(lambda: pages.read(app.wsgi_app, "/admin/post/export/csv/", ""))
        tell_peak()
        sys.exit()
    with app.app_context():
        last = db.session.query(Post).count() * 3 // 4 // 50
    queries = {
        "first page": "", "any page": f"?page={last}", "common search": f"?search={COMMON}",
        "rare search": f"?search={RARE}", "filter with counts": "?flt0_0=draft&flt1_7=1",
    }  # fmt: skip
    pages.tell(app.wsgi_app, {name: f"/admin/post/{query}" for name, query in queries.items()}, "")
