"""words of a post: a function that stands in its statement as an expression (PostgreSQL)"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
NAME = "CREATE FUNCTION text_search_of(title text, tags text, description text, body text, {} text{})"
BODY = """
    RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT setweight(to_tsvector('pg_catalog.simple', text_search_plain(title)), 'A')
            || setweight(to_tsvector('pg_catalog.simple', text_search_plain(tags)), 'B')
            || setweight(to_tsvector('pg_catalog.simple', text_search_plain(description)), 'C')
            || {}to_tsvector('pg_catalog.simple', text_search_plain(body)){}
    $$
"""
KEYS = """
            || array_to_tsvector(ARRAY(SELECT '#' || tag FROM jsonb_array_elements_text(tags::jsonb) AS tag)
                                 || ('@' || author_id))"""


def upgrade() -> None:
    """With a question inside, as it had for the tags, the planner cannot put a function's expression in its place."""
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION text_search_of")
        op.execute(NAME.format("keys", "[]") + BODY.format("array_to_tsvector(keys) || ", ""))


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION text_search_of")
        op.execute(NAME.format("author_id", "") + BODY.format("", KEYS))
