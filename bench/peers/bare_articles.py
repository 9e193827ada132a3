"""RealWorld's articles by hand: Flask, SQLAlchemy Core, ordinary transactions, no count, no rules, on our own server.

Its tables are its own, without our triggers: an article's row and one for each tag. Run as
`python -m bench.peers.bare_articles PORT`; several share the port, as ours do. `fill` copies our posts into them.
"""

import asyncio
import json
import os
import re
import signal
import sys
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    desc,
    func,
    insert,
    select,
    text,
)

METADATA = MetaData()
ARTICLES = Table(
    "bare_articles", METADATA, Column("id", Integer, primary_key=True), Column("author_id", String(40), index=True),
    Column("slug", String(100), unique=True), Column("title", String(200)), Column("description", String(1000)),
    Column("body", Text), Column("tags", Text), Column("created_at", DateTime(timezone=True), index=True),
    Column("updated_at", DateTime(timezone=True)),
)  # fmt: skip
TAGS = Table("bare_tags", METADATA, Column("article_id", Integer, primary_key=True),
             Column("tag", String(60), primary_key=True, index=True))  # fmt: skip
USERS = Table("users", MetaData(), Column("id", String, primary_key=True), Column("username", String),
              Column("bio", Text), Column("image", String))  # fmt: skip
KEY = OctKey.import_key(b"only-for-the-bench-" + b"0" * 32)
SHOWN = (ARTICLES.c.slug, ARTICLES.c.title, ARTICLES.c.description, ARTICLES.c.tags, ARTICLES.c.created_at,
         ARTICLES.c.updated_at, USERS.c.username, USERS.c.bio, USERS.c.image)  # fmt: skip
BY_ITS_AUTHOR = ARTICLES.c.author_id == USERS.c.id
app = Flask(__name__)
engine = create_engine(os.environ.get("DATABASE_URL", "sqlite://"), pool_size=20)


def fill(conninfo: str) -> None:
    """Make the tables anew, and copy every post of ours."""
    filling = create_engine(conninfo)
    METADATA.drop_all(filling)
    METADATA.create_all(filling)
    with filling.begin() as connection:
        connection.execute(text(
            "INSERT INTO bare_articles (author_id, slug, title, description, body, tags, created_at, updated_at) "
            "SELECT author_id, slug, title, description, body, tags, published_at, updated_at FROM posts "
            "WHERE state = 'published' AND hidden_at IS NULL ORDER BY published_at"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO bare_tags SELECT a.id, t.tag FROM bare_articles a, json_array_elements_text(a.tags::json) "
            "AS t(tag)"
        ))  # fmt: skip
    with filling.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE bare_articles"))
        connection.execute(text("VACUUM ANALYZE bare_tags"))
    filling.dispose()


def token(user_id: str) -> str:
    """A token of a user here."""
    return jwt.encode({"alg": "HS256"}, {"sub": user_id}, KEY)


def shown(row: Any) -> dict[str, Any]:
    return {
        "slug": row.slug, "title": row.title, "description": row.description, "tagList": json.loads(row.tags),
        "createdAt": row.created_at.isoformat(), "updatedAt": row.updated_at.isoformat(), "favorited": False,
        "favoritesCount": 0,
        "author": {"username": row.username, "bio": row.bio, "image": row.image, "following": False},
    }  # fmt: skip


@app.get("/api/articles")
def list_articles() -> dict[str, Any]:
    limit, offset = int(request.args.get("limit", 20)), int(request.args.get("offset", 0))
    newest = select(*SHOWN).join(USERS, BY_ITS_AUTHOR).order_by(desc(ARTICLES.c.created_at), desc(ARTICLES.c.id))
    with engine.begin() as connection:
        rows = connection.execute(newest.limit(limit).offset(offset)).all()
    return {"articles": [shown(row) for row in rows]}


@app.get("/api/articles/<slug>")
def show_article(slug: str) -> Any:
    with engine.begin() as connection:
        row = connection.execute(
            select(*SHOWN, ARTICLES.c.body).join(USERS, BY_ITS_AUTHOR).where(ARTICLES.c.slug == slug)
        ).first()
    return {"article": {**shown(row), "body": row.body}} if row else ({"errors": {"article": ["not found"]}}, 404)


@app.get("/api/tags")
def list_tags() -> dict[str, Any]:
    number = func.count().label("number")
    with engine.begin() as connection:
        rows = connection.execute(
            select(TAGS.c.tag, number).group_by(TAGS.c.tag).order_by(desc("number"), TAGS.c.tag).limit(1000)
        ).all()
    return {"tags": [row.tag for row in rows]}


@app.post("/api/articles")
def write_article() -> tuple[dict[str, Any], int]:
    claims = jwt.decode(request.headers["Authorization"].partition(" ")[2], KEY).claims
    given = request.get_json()["article"]
    words = {name: given[name] for name in ("title", "description", "body")}
    tags, now = sorted(given["tagList"]), datetime.now(UTC)
    slug = re.sub("[^a-z0-9]+", "-", words["title"].lower()).strip("-")
    with engine.begin() as connection:
        author = connection.execute(select(USERS).where(USERS.c.id == claims["sub"])).one()
        (number,) = connection.execute(
            insert(ARTICLES),
            {**words, "slug": slug, "author_id": author.id, "tags": json.dumps(tags), "created_at": now,
             "updated_at": now},
        ).inserted_primary_key  # fmt: skip
        connection.execute(insert(TAGS), [{"article_id": number, "tag": tag} for tag in tags])
    return {
        "article": {
            **words, "slug": slug, "tagList": tags, "createdAt": now.isoformat(), "updatedAt": now.isoformat(),
            "favorited": False, "favoritesCount": 0,
            "author": {"username": author.username, "bio": author.bio, "image": author.image, "following": False},
        }
    }, 201  # fmt: skip


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    from entrypoints.web.rsgi import Bridge
    from entrypoints.web.serve import listening

    server = listening(Bridge(app), "127.0.0.1", port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
