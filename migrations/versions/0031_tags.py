"""tags as they were first used; search of posts, comments, tags and files in the panel"""

import sqlalchemy as sa
from alembic import op

from adapters.db import search
from adapters.db.types import Instant, key

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
SEARCHED = {"posts": ("title",), "comments": ("body",), "tags": ("name",), "attachments": ("name",)}
FILL = "INSERT INTO tags (name, about, created_at) SELECT tag, '', min(published_at) FROM {source} GROUP BY tag{more}"
# in their order: two who bring the same new tags would otherwise wait for each other
POSTGRES = f"""
CREATE FUNCTION know_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {FILL.format(source="new_tags", more=" ORDER BY tag ON CONFLICT (name) DO NOTHING")};
    RETURN NULL;
END $$;
CREATE TRIGGER know_tags AFTER INSERT ON post_tags REFERENCING NEW TABLE AS new_tags
    FOR EACH STATEMENT EXECUTE FUNCTION know_tags();
"""
SQLITE = """
CREATE TRIGGER know_tags AFTER INSERT ON post_tags FOR EACH ROW BEGIN
    INSERT INTO tags (name, about, created_at) VALUES (NEW.tag, '', NEW.published_at) ON CONFLICT (name) DO NOTHING;
END
"""


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("name", key(60), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tags")),
    )
    op.execute(FILL.format(source="post_tags", more=""))
    op.execute(SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRES)
    for table, fields in SEARCHED.items():
        search.make(op, table, *fields)


def downgrade() -> None:
    for table in SEARCHED:
        search.drop(op, table)
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER know_tags")
    else:
        op.execute("DROP FUNCTION know_tags CASCADE")
    op.drop_table("tags")
