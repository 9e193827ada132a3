"""The tables, as they are after the last migration; `tests/migrations` holds the two together.

A module that can be taken out has its own beside its repository.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from adapters.db.types import Instant, Json, key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

IN_PLANS = "in plans"
"""Marks a column of a few words that partial indexes speak of: the word stands in the statement itself, since a plan
that was made for any word cannot use those indexes."""

tasks = Table(
    "tasks",
    metadata,
    Column("id", key(), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("queue", key(), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", key(10), nullable=False, info={IN_PLANS: True}),
    Column("priority", SmallInteger, nullable=False),
    Column("due_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("deaths", SmallInteger, nullable=False),
    Column("in_doubt", SmallInteger, nullable=False),
    Column("owner", key()),
    Column("dedupe_key", String(200)),
    Column("request_id", String(64)),
    Column("token", key()),
    Column("claimed_by", key()),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("result", Json),
    Column("error", Text),
    Column("trace", Text),
    CheckConstraint("state IN ('scheduled','ready','running','retry','done','dead','cancelled')", name="state"),
)


def where(condition: str) -> dict[str, object]:
    """What makes an index partial, in both dialects."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


Index("ix_tasks_ready", tasks.c.queue, tasks.c.priority, tasks.c.id, **where("state = 'ready'"))
Index(
    "ix_tasks_suspect",
    tasks.c.queue,
    tasks.c.deaths,
    tasks.c.priority,
    tasks.c.id,
    **where("state = 'ready' AND deaths > 0"),
)
Index("ix_tasks_later", tasks.c.due_at, **where("state IN ('scheduled', 'retry')"))
Index("ix_tasks_running", tasks.c.claimed_by, **where("state = 'running'"))
Index("ix_tasks_dead", tasks.c.queue, **where("state = 'dead'"))
Index("ix_tasks_finished_at", tasks.c.finished_at, **where("finished_at IS NOT NULL"))
Index("ix_tasks_owner", tasks.c.owner, tasks.c.id, **where("owner IS NOT NULL"))
Index(
    "uq_tasks_dedupe_key",
    tasks.c.dedupe_key,
    unique=True,
    **where("dedupe_key IS NOT NULL AND state IN ('scheduled', 'ready', 'retry')"),
)

task_progress = Table(
    "task_progress",
    metadata,
    Column("task_id", key(), primary_key=True),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("message", String(500), nullable=False),
    Column("at", Instant, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", key(), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("doing", Json, nullable=False),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("birth", String(120), nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", key(), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("name", String(100), nullable=False),
    Column("username", String(39), nullable=False, server_default=""),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("suspension", String(300), nullable=False, server_default=""),
    Column("suspended_until", Instant),
    Column("verified_at", Instant),
    Column("password_hash", String(255)),
    Column("must_change_password", Boolean, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kept_pass", key(80), nullable=False, server_default=""),
    Column("bio", Text, nullable=False, server_default=""),
    Column("image", String(500), nullable=False, server_default=""),
    Column("location", String(100), nullable=False, server_default=""),
    Column("language", String(10), nullable=False, server_default=""),
    Column("zone", String(64), nullable=False, server_default=""),
    Column("leaving_at", Instant),
    Column("seen_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
Index("ix_users_created_at", users.c.created_at, users.c.id)
Index("ix_users_seen_at", users.c.seen_at, users.c.id)
Index("uq_users_email", func.lower(users.c.email), unique=True)
Index("uq_users_username", func.lower(users.c.username), unique=True, **where("username <> ''"))
Index("ix_users_leaving_at", users.c.leaving_at, **where("leaving_at IS NOT NULL"))

sessions = Table(
    "sessions",
    metadata,
    Column("id", key(64), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False, index=True),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("remembered", Boolean, nullable=False, server_default=text("true")),
    Column("proven_at", Instant),
    Column("strong", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer),
)

tries = Table(
    "sign_in_tries",
    metadata,
    Column("key", String(330), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)

permissions = Table(
    "permissions",
    metadata,
    Column("role", key(20), primary_key=True),
    Column("permission", key(120), primary_key=True),
    Column("allowed", Boolean, nullable=False),
)

contact_messages = Table(
    "contact_messages",
    metadata,
    Column("id", key(), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("message", Text, nullable=False),
    Column("notify_me", Boolean, nullable=False),
    Column("address", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant),
)

Index("ix_contact_messages_created_at", contact_messages.c.created_at, contact_messages.c.id)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", key(), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", key(), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("address", String(64), nullable=False),
    Column("request_id", String(64)),
    Column("action", String(60), nullable=False),
    Column("kind", key(60), nullable=False),
    Column("record_id", key(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("changes", Json, nullable=False),
)
Index("ix_audit_entries_at", audit_entries.c.at, audit_entries.c.id)
Index("ix_audit_entries_record", audit_entries.c.kind, audit_entries.c.record_id, audit_entries.c.id)

kept_answers = Table(
    "idempotency_keys",
    metadata,
    Column("scope", key(64), primary_key=True),
    Column("request", key(64), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)

deleted_records = Table(
    "deleted_records",
    metadata,
    Column("id", key(), primary_key=True),
    Column("act", key(), nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", key(60), nullable=False),
    Column("record_id", key(200), nullable=False),
    Column("label", String(200), nullable=False),
    Column("by_id", key(), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("values", Json, nullable=False),
)
Index("ix_deleted_records_kind", deleted_records.c.kind, deleted_records.c.id)

list_views = Table(
    "list_views",
    metadata,
    Column("id", key(), primary_key=True),
    Column("owner", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", key(60), nullable=False),
    Column("title", String(60), nullable=False),
    Column("audience", key(20), nullable=False),
    Column("query", Json, nullable=False),
    Column("columns", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("owner", "kind", "title"),
)
Index("ix_list_views_kind", list_views.c.kind, list_views.c.audience)

schedules = Table(
    "schedules",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("task", String(100), nullable=False),
    Column("cron", String(100), nullable=False),
    Column("zone", String(60), nullable=False),
    Column("missed", String(10), nullable=False),
    Column("window", Integer, nullable=False, server_default="60"),
    Column("enabled", Boolean, nullable=False),
    Column("payload", Json, nullable=False),
    Column("next_due", Instant, index=True),
    Column("declared", String(200), nullable=False),
)

schedule_runs = Table(
    "schedule_runs",
    metadata,
    Column("task_id", key(), primary_key=True),
    Column("schedule", String(100), nullable=False),
    Column("due_at", Instant),
    Column("fired_at", Instant, nullable=False),
    Column("missed", Integer, nullable=False, server_default="0"),
    UniqueConstraint("schedule", "due_at"),
)
Index("ix_schedule_runs_fired", schedule_runs.c.schedule, schedule_runs.c.fired_at)

hourly_figures = Table(
    "hourly_figures",
    metadata,
    Column("hour", Instant, primary_key=True),
    Column("sign_ups", BigInteger, nullable=False),
    Column("messages", BigInteger, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("retried", BigInteger, nullable=False),
    Column("dead", BigInteger, nullable=False),
    Column("refusals", BigInteger, nullable=False),
)

paused_queues = Table(
    "paused_queues",
    metadata,
    Column("queue", key(), primary_key=True),
    Column("paused_by", String(200), nullable=False),
    Column("paused_at", Instant, nullable=False),
)
