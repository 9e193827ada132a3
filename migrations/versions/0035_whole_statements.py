"""new posts, likes and comments are counted and listed by one trigger for a whole statement (PostgreSQL)"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
LISTED = "state = 'published' AND hidden_at IS NULL"
CHANGED = "DELETE OR UPDATE OF tags, state, hidden_at, published_at, author_id"
KNOWN = "INSERT INTO tags (name, about, created_at) SELECT {} ON CONFLICT (name) DO NOTHING"


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.execute(UPGRADE)


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.execute(DOWNGRADE)


def _scopes(row: str) -> str:
    day = f"to_char({row}.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return f"ARRAY['posts', 'author:' || {row}.author_id, 'day:' || {day}]"


def _noted(row: str, change: int) -> str:
    tags = f"ARRAY(SELECT 'tag:' || tag FROM jsonb_array_elements_text({row}.tags::jsonb) AS tag)"
    return f"INSERT INTO tally_changes (scope, change) SELECT unnest({_scopes(row)} || {tags}), {change}"


def _list_post(known: str = "") -> str:
    """As in 0028, but for `known`."""
    return f"""
CREATE OR REPLACE FUNCTION list_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was boolean := TG_OP <> 'INSERT' AND OLD.{LISTED.replace(" AND ", " AND OLD.")};
    is_now boolean := TG_OP <> 'DELETE' AND NEW.{LISTED.replace(" AND ", " AND NEW.")};
BEGIN
    IF was AND is_now AND OLD.tags = NEW.tags AND OLD.published_at = NEW.published_at
        AND OLD.author_id = NEW.author_id THEN RETURN NULL;
    END IF;
    IF was THEN
        DELETE FROM post_tags WHERE post_id = OLD.id;
        {_noted("OLD", -1)};
    END IF;
    IF is_now THEN
        IF NEW.tags <> '[]' THEN
            INSERT INTO post_tags (tag, published_at, post_id)
            SELECT tag, NEW.published_at, NEW.id FROM jsonb_array_elements_text(NEW.tags::jsonb) AS tag;
            {known}
        END IF;
        {_noted("NEW", 1)};
    END IF;
    RETURN NULL;
END $$;
"""


def _counting(one: str, table: str, counted: str, further: str) -> str:
    """A number of the post, changed once for all rows of a statement that are its.

    One post after the other: of a join, a plan made for a young table would be kept and read a grown one whole.
    In their order: two who change the same ones would otherwise wait for each other.
    """
    return f"""
CREATE FUNCTION count_new_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told record;
BEGIN
    FOR told IN SELECT post_id, count(*) AS number FROM new_rows {counted} GROUP BY post_id ORDER BY post_id LOOP
        UPDATE posts SET {table} = {table} + told.number WHERE id = told.post_id;
    END LOOP;
    RETURN NULL;
END $$;
DROP TRIGGER count_{one} ON {table};
CREATE TRIGGER count_{one} AFTER DELETE{further} ON {table} FOR EACH ROW EXECUTE FUNCTION count_{one}();
CREATE TRIGGER count_new_{table} AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_{table}();
"""


TAG = "jsonb_array_elements_text(NEW.tags::jsonb)"
# Tags in their order: two who bring the same new ones would otherwise wait for each other.
UPGRADE = f"""
DROP TRIGGER list_post ON posts;
DROP TRIGGER note_new_words ON posts;
DROP FUNCTION know_tags CASCADE;
{_list_post(known=KNOWN.format(f"{TAG} AS tag, '', NEW.published_at ORDER BY tag") + ";")}
CREATE TRIGGER list_post AFTER {CHANGED} ON posts FOR EACH ROW EXECUTE FUNCTION list_post();

CREATE FUNCTION list_new_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH listed AS MATERIALIZED (
        SELECT id, author_id, published_at, tags FROM new_posts WHERE {LISTED}
    ), tagged AS MATERIALIZED (
        SELECT jsonb_array_elements_text(tags::jsonb) AS tag, published_at, id FROM listed
    ), of_tags AS (
        INSERT INTO post_tags (tag, published_at, post_id) SELECT tag, published_at, id FROM tagged
    ), known AS (
        {KNOWN.format("DISTINCT ON (tag) tag, '', published_at FROM tagged ORDER BY tag, published_at")}
    ), due AS (
        INSERT INTO text_search_due (post_id) SELECT id FROM listed
    )
    INSERT INTO tally_changes (scope, change)
    SELECT unnest({_scopes("listed")}), 1 FROM listed UNION ALL SELECT 'tag:' || tag, 1 FROM tagged;
    RETURN NULL;
END $$;
CREATE TRIGGER list_new_posts AFTER INSERT ON posts REFERENCING NEW TABLE AS new_posts
    FOR EACH STATEMENT EXECUTE FUNCTION list_new_posts();
{_counting("favourite", "favourites", "", "")}
{_counting("comment", "comments", "WHERE hidden_at IS NULL", " OR UPDATE OF hidden_at")}
"""
DOWNGRADE = f"""
DROP FUNCTION list_new_posts, count_new_favourites, count_new_comments CASCADE;
DROP TRIGGER list_post ON posts;
DROP TRIGGER count_favourite ON favourites;
DROP TRIGGER count_comment ON comments;
{_list_post()}
CREATE TRIGGER list_post AFTER INSERT OR {CHANGED} ON posts FOR EACH ROW EXECUTE FUNCTION list_post();
CREATE FUNCTION know_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {KNOWN.format("tag, '', min(published_at) FROM new_tags GROUP BY tag ORDER BY tag")};
    RETURN NULL;
END $$;
CREATE TRIGGER know_tags AFTER INSERT ON post_tags REFERENCING NEW TABLE AS new_tags
    FOR EACH STATEMENT EXECUTE FUNCTION know_tags();
CREATE TRIGGER note_new_words AFTER INSERT ON posts FOR EACH ROW
    WHEN (NEW.state = 'published' AND NEW.hidden_at IS NULL) EXECUTE FUNCTION note_words();
CREATE TRIGGER count_favourite AFTER INSERT OR DELETE ON favourites FOR EACH ROW EXECUTE FUNCTION count_favourite();
CREATE TRIGGER count_comment AFTER INSERT OR DELETE OR UPDATE OF hidden_at
    ON comments FOR EACH ROW EXECUTE FUNCTION count_comment();
"""
