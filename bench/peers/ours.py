"""Enginebay itself: the same work as marked verbs of a service; run as a program, it is one worker process."""

from functools import cache
from typing import Any

from sqlalchemy import insert

from bench import jobs
from core.domain.kernel.marks import Effects, task
from core.domain.kernel.messages import MessageClass
from core.domain.post import PostRoom, Recipient
from core.domain.tasks import Run
from core.ports.mail import Letter
from core.ports.stationery import Channel, Words
from entrypoints.config import load
from entrypoints.container import App, build
from entrypoints.logs import configure
from entrypoints.worker import make_worker

BENCH = MessageClass(name="bench", label="Bench", tells="Nothing.", facts={}, channels=(Channel.MAIL,))


class Plain:
    """Stationery without a template: the peers have none."""

    def write(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None = None) -> Letter:
        return Letter(to=to, subject=facts["subject"], text=jobs.NOTE)

    def words(self, template: str, channel: str, facts: dict[str, Any]) -> Words:
        return Words(text=jobs.NOTE)


class BenchTasks:
    """The jobs of `bench.jobs`, as a service here would do them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._post = PostRoom(app, Plain(), app.deliveries, {BENCH.name: BENCH})

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
            to = Recipient(mail="sink@example.org")
            envelope = self._post.address(BENCH.name, to, {"subject": f"Letter {number}"}, run)
        run.settle(self._post.send(envelope, run))
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
