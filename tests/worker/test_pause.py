"""A paused queue under a real drain and a sweeper: nothing of it is begun, whoever is woken, until it is resumed."""

from core.domain.tasks import State
from entrypoints.worker.clock import Sweeper


class Heard:
    """Wake-ups that are only written down."""

    def __init__(self):
        self.nudged = []

    def wake(self, queues):
        pass

    def nudge(self, queue):
        self.nudged.append(queue)


def test_woken_worker_begins_nothing_of_a_paused_queue(make_app, drain_queue):
    app = make_app(wake_ups=(heard := Heard()))
    with app.uow.transaction():
        app.queue_desk.pause("upkeep", "Ada")
        task = app.outbox.enqueue("tasks.clean-up", {})
    Sweeper(app).sweep()
    drain_queue(app, "upkeep")
    with app.uow.reading():
        assert (heard.nudged, app.tasks.show(task.id).state) == ([], State.READY)
    with app.uow.transaction():
        app.queue_desk.resume("upkeep")
    Sweeper(app).sweep()
    drain_queue(app, "upkeep")
    with app.uow.reading():
        assert (heard.nudged, app.tasks.show(task.id).state) == (["upkeep"], State.DONE)
