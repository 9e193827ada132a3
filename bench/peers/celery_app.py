"""Celery on Redis: defaults, but JSON and no stored results; BENCH_ACKS_LATE makes it acknowledge after the work."""

import os
from typing import Any

from celery import Celery

from bench import jobs

late = bool(os.environ.get("BENCH_ACKS_LATE"))
app = Celery("bench", broker=os.environ["REDIS_URL"])
app.conf.update(
    task_ignore_result=True, task_serializer="json", accept_content=["json"], broker_connection_retry_on_startup=True,
    task_acks_late=late, task_reject_on_worker_lost=late, worker_hijack_root_logger=False,
)  # fmt: skip

TASKS = {job.__name__: app.task(name=f"bench.{job.__name__}")(job) for job in jobs.ALL}


def enqueue(job: str, **payload: Any) -> None:
    """Ask for one task, as a request would."""
    TASKS[job].delay(**payload)
