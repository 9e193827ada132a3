"""Procrastinate, the durable peer: tasks in PostgreSQL, workers woken by LISTEN; sync tasks, as in a Flask house."""

import os
from functools import cache
from typing import Any

from procrastinate import App, PsycopgConnector

from bench import jobs

CONNINFO = os.environ["DATABASE_URL"].replace("+psycopg", "")
app = App(connector=PsycopgConnector(conninfo=CONNINFO, max_size=10))
TASKS = {job.__name__: app.task(name=f"bench.{job.__name__}")(job) for job in jobs.ALL}


@cache
def _open_app() -> App:
    app.open()
    return app


def enqueue(job: str, **payload: Any) -> None:
    """Ask for one task, as a request would."""
    _open_app()
    TASKS[job].defer(**payload)
