"""words of posts: an index to find them by, kept by triggers"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
CHANGES = "UPDATE OF title, tags, description, body"
COLUMNS = "title, tags, description, body"


def upgrade() -> None:
    statements = SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRES
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for ending in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER text_search_{ending}")
        op.execute("DROP TABLE text_search")
        return
    op.execute("DROP TRIGGER note_new_words ON posts")
    op.execute("DROP TRIGGER note_words ON posts")
    op.execute("DROP TABLE text_search, text_search_due")
    op.execute("DROP FUNCTION note_words, text_search_of(text, text, text, text, text), text_search_plain(text)")


POSTGRES = [
    r"""
    CREATE FUNCTION text_search_plain(written text) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT regexp_replace(
            CASE WHEN written ~ '[\u00c0-\u1fff]'
            THEN normalize(regexp_replace(normalize(written, NFD), '[\u0300-\u036f]+', '', 'g'), NFC)
            ELSE written END,
            '[!-/:-@\[-`{-~]+', ' ', 'g')
    $$
    """,  # without signs, for the parser would read addresses, paths and numbers out of them; and without accents
    """
    CREATE FUNCTION text_search_of(title text, tags text, description text, body text, author_id text)
    RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT setweight(to_tsvector('pg_catalog.simple', text_search_plain(title)), 'A')
            || setweight(to_tsvector('pg_catalog.simple', text_search_plain(tags)), 'B')
            || setweight(to_tsvector('pg_catalog.simple', text_search_plain(description)), 'C')
            || to_tsvector('pg_catalog.simple', text_search_plain(body))
            || array_to_tsvector(ARRAY(SELECT '#' || tag FROM jsonb_array_elements_text(tags::jsonb) AS tag)
                                 || ('@' || author_id))
    $$
    """,
    """
    CREATE TABLE text_search (
        post_id varchar(40) COLLATE "C" CONSTRAINT pk_text_search PRIMARY KEY
            CONSTRAINT fk_text_search_post_id REFERENCES posts (id) ON DELETE CASCADE,
        published_at timestamptz NOT NULL,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX text_search_words ON text_search USING gin (words) WITH (gin_pending_list_limit = 1024)",
    "CREATE INDEX text_search_newest ON text_search (published_at DESC, post_id DESC)",
    """
    CREATE TABLE text_search_due (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_text_search_due PRIMARY KEY,
        post_id varchar(40) COLLATE "C" NOT NULL
    )
    """,
    "CREATE INDEX text_search_due_post_id ON text_search_due (post_id)",
    """
    CREATE FUNCTION note_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO text_search_due (post_id) VALUES (NEW.id); RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER note_new_words AFTER INSERT ON posts FOR EACH ROW
    WHEN (NEW.state = 'published' AND NEW.hidden_at IS NULL) EXECUTE FUNCTION note_words()
    """,
    f"""
    CREATE TRIGGER note_words AFTER {CHANGES}, state, hidden_at, published_at, author_id
    ON posts FOR EACH ROW EXECUTE FUNCTION note_words()
    """,
    "INSERT INTO text_search_due (post_id) SELECT id FROM posts WHERE state = 'published' AND hidden_at IS NULL",
]
OLD, NEW = (", ".join(f"{row}.{name}" for name in ("rowid", *COLUMNS.split(", "))) for row in ("old", "new"))
REMOVE = f"INSERT INTO text_search (text_search, rowid, {COLUMNS}) VALUES ('delete', {OLD})"
ADD = f"INSERT INTO text_search (rowid, {COLUMNS}) VALUES ({NEW})"
SQLITE = [
    f"CREATE VIRTUAL TABLE text_search USING fts5({COLUMNS}, content='posts', "
    "tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO text_search (text_search) VALUES ('rebuild')",
    f"CREATE TRIGGER text_search_added AFTER INSERT ON posts BEGIN {ADD}; END",
    f"CREATE TRIGGER text_search_removed AFTER DELETE ON posts BEGIN {REMOVE}; END",
    f"CREATE TRIGGER text_search_changed AFTER {CHANGES} ON posts BEGIN {REMOVE}; {ADD}; END",
]
