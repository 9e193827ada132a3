"""posts: comments, tags, follows, favourites, and numbers that triggers keep"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, Json, key

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
LISTED = "state = 'published' AND hidden_at IS NULL"
TABLES = ("tally_changes", "tallies", "favourites", "follows", "comments", "post_tags", "posts")


def upgrade() -> None:
    _make_posts()
    _make_comments()
    _make_ties()
    _make_tallies()
    if op.get_context().dialect.name == "sqlite":
        for statement in _sqlite_triggers():
            op.execute(statement)
    else:
        op.execute("ALTER TABLE posts SET (fillfactor = 90)")  # room for a new number of favourites in the same page
        op.execute(POSTGRES)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION list_post, count_favourite, count_comment")


def _make_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", key(), nullable=False),
        sa.Column("author_id", key(), nullable=False),
        sa.Column("slug", key(100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("state", key(10), nullable=False),
        sa.Column("hidden_at", Instant, nullable=True),
        sa.Column("hidden_for", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("favourites", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("comments", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("published_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_posts_author_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("slug", name=op.f("uq_posts_slug")),
    )
    listed = {"postgresql_where": sa.text(LISTED), "sqlite_where": sa.text(LISTED)}
    hidden = sa.text("hidden_at IS NOT NULL")
    op.create_index("ix_posts_listed", "posts", ["published_at", "id"], **listed)
    op.create_index("ix_posts_author_listed", "posts", ["author_id", "published_at", "id"], **listed)
    op.create_index("ix_posts_author", "posts", ["author_id", "id"])
    op.create_index("ix_posts_hidden", "posts", ["hidden_at"], postgresql_where=hidden, sqlite_where=hidden)
    op.create_table(
        "post_tags",
        sa.Column("tag", key(60), nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("post_id", key(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "published_at", "post_id", name=op.f("pk_post_tags")),
    )
    op.create_index(op.f("ix_post_tags_post_id"), "post_tags", ["post_id"])


def _make_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", key(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("post_id", key(), nullable=False),
        sa.Column("author_id", key(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hidden_at", Instant, nullable=True),
        sa.Column("hidden_for", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_comments_author_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_comments_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("number", name=op.f("uq_comments_number")),
    )
    op.create_index("ix_comments_post", "comments", ["post_id", "id"])
    op.create_index(op.f("ix_comments_author_id"), "comments", ["author_id"])


def _make_ties() -> None:
    for table, one, other, whose in (
        ("follows", "follower_id", "followee_id", "users"),
        ("favourites", "user_id", "post_id", "posts"),
    ):
        op.create_table(
            table,
            sa.Column(one, key(), nullable=False),
            sa.Column(other, key(), nullable=False),
            sa.Column("at", Instant, nullable=False),
            sa.ForeignKeyConstraint([one], ["users.id"], name=op.f(f"fk_{table}_{one}"), ondelete="CASCADE"),
            sa.ForeignKeyConstraint([other], [f"{whose}.id"], name=op.f(f"fk_{table}_{other}"), ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(one, other, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{other}"), table, [other])


def _make_tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("scope", key(80), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_tallies")),
    )
    op.create_table(
        "tally_changes",
        sa.Column("scope", key(80), nullable=False),
        sa.Column("change", sa.SmallInteger(), nullable=False),
    )
    op.create_index(op.f("ix_tally_changes_scope"), "tally_changes", ["scope"])


def _noted_on_postgres(row: str, change: int) -> str:
    """Stands in the trigger itself: a function of SQL would be planned anew at each call."""
    day = f"to_char({row}.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return (
        f"INSERT INTO tally_changes (scope, change) SELECT unnest(ARRAY['posts', 'author:' || {row}.author_id, "
        f"'day:' || {day}] || ARRAY(SELECT 'tag:' || tag FROM jsonb_array_elements_text({row}.tags::jsonb) AS tag)), "
        f"{change}"
    )


POSTGRES = f"""
CREATE FUNCTION list_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was boolean := TG_OP <> 'INSERT' AND OLD.{LISTED.replace(" AND ", " AND OLD.")};
    is_now boolean := TG_OP <> 'DELETE' AND NEW.{LISTED.replace(" AND ", " AND NEW.")};
BEGIN
    IF was AND is_now AND OLD.tags = NEW.tags AND OLD.published_at = NEW.published_at
        AND OLD.author_id = NEW.author_id THEN RETURN NULL;
    END IF;
    IF was THEN
        DELETE FROM post_tags WHERE post_id = OLD.id;
        {_noted_on_postgres("OLD", -1)};
    END IF;
    IF is_now THEN
        IF NEW.tags <> '[]' THEN
            INSERT INTO post_tags (tag, published_at, post_id)
            SELECT tag, NEW.published_at, NEW.id FROM jsonb_array_elements_text(NEW.tags::jsonb) AS tag;
        END IF;
        {_noted_on_postgres("NEW", 1)};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER list_post AFTER INSERT OR DELETE OR UPDATE OF tags, state, hidden_at, published_at, author_id
    ON posts FOR EACH ROW EXECUTE FUNCTION list_post();

CREATE FUNCTION count_favourite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN UPDATE posts SET favourites = favourites + 1 WHERE id = NEW.post_id;
    ELSE UPDATE posts SET favourites = favourites - 1 WHERE id = OLD.post_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_favourite AFTER INSERT OR DELETE ON favourites FOR EACH ROW EXECUTE FUNCTION count_favourite();

CREATE FUNCTION count_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.hidden_at IS NULL THEN
        UPDATE posts SET comments = comments - 1 WHERE id = OLD.post_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.hidden_at IS NULL THEN
        UPDATE posts SET comments = comments + 1 WHERE id = NEW.post_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_comment AFTER INSERT OR DELETE OR UPDATE OF hidden_at
    ON comments FOR EACH ROW EXECUTE FUNCTION count_comment();
"""


def _sqlite_triggers() -> list[str]:
    listed = {row: f"{row}.{LISTED.replace(' AND ', f' AND {row}.')}" for row in ("OLD", "NEW")}
    out = f"DELETE FROM post_tags WHERE post_id = OLD.id; {_noted('OLD', -1)}"
    into = (
        "INSERT INTO post_tags (tag, published_at, post_id) "
        f"SELECT value, NEW.published_at, NEW.id FROM json_each(NEW.tags); {_noted('NEW', 1)}"
    )
    of = "UPDATE OF tags, state, hidden_at, published_at, author_id"
    count = "UPDATE posts SET {what} = {what} {sign} 1 WHERE id = {row}.post_id;"
    more, fewer = count.format(what="{what}", sign="+", row="NEW"), count.format(what="{what}", sign="-", row="OLD")
    return [
        _trigger("list_post", "INSERT", "posts", into, listed["NEW"]),
        _trigger("unlist_post", "DELETE", "posts", out, listed["OLD"]),
        _trigger("unlist_changed_post", of, "posts", out, listed["OLD"], when="BEFORE"),
        _trigger("list_changed_post", of, "posts", into, listed["NEW"]),
        _trigger("count_favourite", "INSERT", "favourites", more.format(what="favourites")),
        _trigger("discount_favourite", "DELETE", "favourites", fewer.format(what="favourites")),
        _trigger("count_comment", "INSERT", "comments", more.format(what="comments"), "NEW.hidden_at IS NULL"),
        _trigger("discount_comment", "DELETE", "comments", fewer.format(what="comments"), "OLD.hidden_at IS NULL"),
        _trigger("hide_comment", "UPDATE OF hidden_at", "comments", fewer.format(what="comments"),
                 "OLD.hidden_at IS NULL AND NEW.hidden_at IS NOT NULL"),
        _trigger("restore_comment", "UPDATE OF hidden_at", "comments", more.format(what="comments"),
                 "OLD.hidden_at IS NOT NULL AND NEW.hidden_at IS NULL"),
    ]  # fmt: skip


def _noted(row: str, change: int) -> str:
    fixed = ("'posts'", f"'author:' || {row}.author_id", f"'day:' || substr({row}.published_at, 1, 10)")
    noted = " UNION ALL ".join(f"SELECT {scope}, {change}" for scope in fixed)
    return (
        f"INSERT INTO tally_changes (scope, change) {noted} "
        f"UNION ALL SELECT 'tag:' || value, {change} FROM json_each({row}.tags);"
    )


def _trigger(name: str, event: str, table: str, does: str, condition: str = "true", when: str = "AFTER") -> str:
    return f"CREATE TRIGGER {name} {when} {event} ON {table} FOR EACH ROW WHEN {condition} BEGIN {does} END"
