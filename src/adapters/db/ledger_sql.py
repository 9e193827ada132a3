"""The ledger's statements, each written once; the two dialects differ in lists of values and in row locks."""

import re

from sqlalchemy import TextClause, bindparam, column, text
from sqlalchemy.sql.expression import TextualSelect

from adapters.db.types import Instant, Json
from core.domain.tasks import DEATHS

MINE = "state = 'running' AND token = :token"
DOUBT = "in_doubt = in_doubt + :doubts"
GIVEN = "tasks.state = 'running' AND {is_given} AND tasks.id = given.id AND tasks.token = given.token"
"""The rows whose id and token were given together; the ids once more, so that the plan begins at the primary key."""
CHARGE = "attempts = attempts + CASE WHEN started_at IS NULL THEN 1 ELSE 0 END"
RELEASE_KEY = """dedupe_key = CASE WHEN dedupe_key IS NOT NULL AND EXISTS (
    SELECT 1 FROM tasks w WHERE w.dedupe_key = tasks.dedupe_key AND w.state IN ('scheduled', 'ready', 'retry')
) THEN NULL ELSE dedupe_key END"""
"""A task that goes back to waiting gives its dedupe key up when another with the same key waits meanwhile."""

CLAIM = """UPDATE tasks SET state = 'running', token = :token, claimed_by = :worker WHERE id {among_those}
    SELECT id FROM tasks WHERE queue = :queue AND state = 'ready' AND {whom}
    AND NOT EXISTS (SELECT 1 FROM paused_queues WHERE queue = :queue)
    ORDER BY {order} LIMIT :most {skip_locked}{those}
    RETURNING id, name, payload, attempts, deaths, in_doubt, created_at, request_id"""

BEGUN = "(started_at IS NOT NULL OR {among[id:doing]} OR {among[name:begun]})"
DIED = f"(deaths + CASE WHEN {BEGUN} THEN 1 ELSE 0 END)"
RELEASE = f"""UPDATE tasks SET token = NULL, claimed_by = NULL, {RELEASE_KEY}, deaths = {DIED},
    state = CASE WHEN {DIED} >= {DEATHS} THEN 'dead' ELSE 'ready' END,
    finished_at = CASE WHEN {DIED} >= {DEATHS} THEN :now ELSE finished_at END,
    error = CASE WHEN {BEGUN} THEN 'The worker died while it was inside this task.' ELSE error END
    WHERE {{whom}} RETURNING id, queue, state"""

UNLESS_IT_WAITS = """ON CONFLICT (dedupe_key)
    WHERE dedupe_key IS NOT NULL AND state IN ('scheduled', 'ready', 'retry') DO NOTHING RETURNING id"""
"""How an insert ends that gives way to a waiting task with the same key (`uq_tasks_dedupe_key`)."""

NEW = (
    "id", "name", "queue", "payload", "state", "priority", "due_at", "attempts", "deaths", "in_doubt", "owner",
    "dedupe_key", "request_id", "created_at",
)  # fmt: skip
"""The columns in which something is written with a new task."""

OPEN_STATES = ("ready", "running", "scheduled", "retry", "dead")
STATEMENTS = {
    "add": f"INSERT INTO tasks ({', '.join(NEW)}) VALUES ({', '.join(f':{name}' for name in NEW)})",
    "claim": CLAIM.replace("{whom}", "deaths = 0").replace("{order}", "priority, id"),
    "claim_suspect": CLAIM.replace("{whom}", "deaths > 0").replace("{order}", "deaths, priority, id"),
    "hold": f"SELECT id FROM tasks WHERE {{among[id:ids]}} AND {MINE} {{for_update}}",
    "start": f"""UPDATE tasks SET started_at = :now, attempts = attempts + 1,
        in_doubt = in_doubt + CASE WHEN started_at IS NULL THEN 0 ELSE 1 END
        FROM {{given}} WHERE {GIVEN} RETURNING tasks.id""",
    "done": f"""UPDATE tasks SET state = 'done', token = NULL, claimed_by = NULL, error = NULL, trace = NULL,
        result = given.result, finished_at = :now, {CHARGE} FROM {{given}} WHERE {GIVEN} RETURNING tasks.id""",
    "end": f"""UPDATE tasks SET state = :state, token = NULL, claimed_by = NULL, error = :error, trace = :trace,
        result = COALESCE(:result, result), finished_at = :finished, {DOUBT}, {CHARGE}
        WHERE id = :id AND {MINE} RETURNING id""",
    "wait_again": f"""UPDATE tasks SET state = :state, token = NULL, claimed_by = NULL, error = :error, trace = :trace,
        due_at = :due, started_at = NULL, {RELEASE_KEY}, {DOUBT}, {CHARGE} WHERE id = :id AND {MINE} RETURNING id""",
    "keep": f"UPDATE tasks SET result = :result WHERE id = :id AND {MINE} RETURNING id",
    "give_back": f"""UPDATE tasks SET state = 'ready', token = NULL, claimed_by = NULL, {RELEASE_KEY}
        WHERE {{among[id:ids]}} AND {MINE}""",
    "take_back": RELEASE.replace("{whom}", "claimed_by = :worker AND state = 'running'"),
    "died": RELEASE.replace("{whom}", f"id = :id AND {MINE}"),
    "promote": """UPDATE tasks SET state = 'ready' WHERE id {among_those}SELECT id FROM tasks
        WHERE state IN ('scheduled', 'retry') AND due_at <= :now ORDER BY due_at LIMIT 1000 {skip_locked}{those}
        RETURNING queue""",
    "claimants": "SELECT DISTINCT claimed_by FROM tasks WHERE state = 'running'",
    "waiting": """SELECT value FROM {each_queue} WHERE EXISTS
        (SELECT 1 FROM tasks WHERE tasks.queue = value AND tasks.state = 'ready')
        AND NOT EXISTS (SELECT 1 FROM paused_queues WHERE paused_queues.queue = value)""",
    "figures": " UNION ALL ".join(
        f"SELECT queue, state, count(*) AS number, min(created_at) AS oldest FROM tasks WHERE state = '{state}'"
        " GROUP BY queue, state"
        for state in OPEN_STATES
    ),
    "prune": """DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE finished_at < :before
        AND state IN ('done', 'dead', 'cancelled') ORDER BY finished_at LIMIT :most) RETURNING id""",
    "prune_progress": "DELETE FROM task_progress WHERE {among[task_id:ids]}",
    "twin": "SELECT id FROM tasks WHERE dedupe_key = :key AND state IN ('scheduled', 'ready', 'retry') LIMIT 1",
    "progress": "SELECT done, total, message FROM task_progress WHERE task_id = :id",
}
CLAIMED = ("id", "name", "payload", "attempts", "deaths", "in_doubt", "created_at", "request_id")
RETURNED = {
    "claim": CLAIMED, "claim_suspect": CLAIMED, "hold": ("id",), "start": ("id",), "done": ("id",), "end": ("id",),
    "keep": ("id",), "wait_again": ("id",), "take_back": ("id", "queue", "state"), "died": ("id", "queue", "state"),
    "promote": ("queue",), "claimants": ("claimed_by",), "waiting": ("value",),
    "figures": ("queue", "state", "number", "oldest"), "prune": ("id",), "twin": ("id",),
    "progress": ("done", "total", "message"),
}  # fmt: skip
"""What each statement gives back, in order: told beforehand, SQLAlchemy need not find out each time."""
TYPED = {
    **dict.fromkeys(("created_at", "due_at", "now", "due", "finished", "before"), Instant),
    **dict.fromkeys(("payload", "result"), Json),
}
PARAMETER = re.compile(r":(\w+)")
INSTANTS = {"created_at": Instant, "oldest": Instant}


def statements(*, is_sqlite: bool) -> dict[str, TextClause | TextualSelect]:
    """Every statement by name, for one dialect; lists are bound as JSON on SQLite and as arrays on PostgreSQL."""
    return {name: _statement(name, _sqlite(sql) if is_sqlite else postgres(sql)) for name, sql in STATEMENTS.items()}


def _statement(name: str, sql: str) -> TextClause | TextualSelect:
    used = set(PARAMETER.findall(STATEMENTS[name]))
    bound = text(sql).bindparams(*(bindparam(known, type_=kind) for known, kind in TYPED.items() if known in used))
    returned = [column(known, INSTANTS.get(known)) for known in RETURNED.get(name, ())]
    return bound.columns(*returned) if returned else bound


def _sqlite(sql: str) -> str:
    return sql.format(
        for_update="",
        skip_locked="",
        among_those="IN (",
        those=")",
        each_queue="json_each(:queues)",
        is_given="tasks.id IN (SELECT json_extract(value, '$.id') FROM json_each(:given))",
        given="""(SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.token') AS token,
            json_extract(value, '$.result') AS result FROM json_each(:given)) AS given""",
        among=_Among("{0} IN (SELECT value FROM json_each(:{1}))"),
    )


def postgres(sql: str) -> str:
    return sql.format(
        for_update="FOR UPDATE",
        skip_locked="FOR UPDATE SKIP LOCKED",
        among_those="= ANY(ARRAY(",  # looked for once: IN may look anew for each row, and find LIMIT others each time
        those="))",
        each_queue="unnest(CAST(:queues AS text[])) AS each(value)",
        is_given="""tasks.id = ANY(ARRAY(
            SELECT each.id FROM json_to_recordset(CAST(:given AS json)) AS each(id text COLLATE "C")))""",
        given="""json_to_recordset(CAST(:given AS json))
            AS given(id text COLLATE "C", token text COLLATE "C", result text)""",
        among=_Among("{0} = ANY(CAST(:{1} AS text[]))"),
    )


class _Among(dict[str, str]):
    """`{among[column:name]}` in a template: the column is one of the values bound to that name."""

    def __init__(self, shape: str) -> None:
        super().__init__()
        self._shape = shape

    def __missing__(self, key: str) -> str:
        return self._shape.format(*key.split(":"))
