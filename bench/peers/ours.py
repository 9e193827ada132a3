"""Enginebay itself: the same work as marked verbs of a service; run as a program, it is one worker process."""

from functools import cache
from typing import Any

from sqlalchemy import insert

from bench import jobs
from core.domain.kernel.marks import Effects, task
from core.domain.tasks import Run
from core.ports.mail import Letter
from entrypoints.config import load
from entrypoints.container import App, build
from entrypoints.logs import configure
from entrypoints.worker import make_worker


class BenchTasks:
    """The jobs of `bench.jobs`, as a service here would do them."""

    def __init__(self, app: App) -> None:
        self._app = app

    @task("bench.noop", queue="bench")
    def noop(self, run: Run) -> None:
        jobs.noop()

    @task("bench.line", queue="bench")
    def line(self, run: Run, number: int) -> None:
        jobs.pause()
        self._app.uow.connection.execute(insert(jobs.LINES), {"number": number, "note": jobs.NOTE})
        jobs.tally().add()

    @task("bench.mail", queue="bench-mail", effects=Effects.OUTSIDE)
    def mail(self, run: Run, number: int) -> None:
        with run.start():
            letter = Letter(to="sink@example.org", subject=f"Letter {number}", text=jobs.NOTE)
        self._app.mail.send(letter, run.key)
        run.settle()
        jobs.tally().add()

    @task("bench.stamp", queue="bench")
    def stamp(self, run: Run, begun: int) -> None:
        jobs.stamp(begun)


@cache
def app() -> App:
    """The application with the bench's service added."""
    return build(load(), services=(BenchTasks,))


def enqueue(job: str, **payload: Any) -> None:
    """Ask for one task in a transaction of its own, as a request would."""
    with app().uow.transaction():
        app().outbox.enqueue(f"bench.{job}", payload)


if __name__ == "__main__":
    configure(app().settings)
    make_worker(app())(["bench", "bench-mail"], connection=app().redis).work()
