"""The worker process: RQ's settings (`rq worker -c worker -w worker.Worker`) and `python worker.py [scheduler]`."""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))
# structlog, pydantic-settings, SQLAlchemy and others load these where they find them; nothing here uses them, and
# they cost 8 MB.
for unused in ("rich", "werkzeug", "yaml", "greenlet"):
    sys.modules.setdefault(unused, None)  # type: ignore[arg-type]

if __name__ == "__main__" and sys.argv[1:] == ["heavy"]:
    gc.disable()  # all that is loaded stays: to look for what is unused takes a seventh of the start
    from entrypoints.later import OPENSSL, load_later

    load_later(*OPENSSL)
    from entrypoints.worker.heavy import serve_heavy

    sys.exit(serve_heavy())

from entrypoints.config import load
from entrypoints.container import build
from entrypoints.logs import configure
from entrypoints.worker import make_clock, make_worker

settings = load()
configure(settings)
app = build(settings)
Worker = make_worker(app)

REDIS_URL = settings.redis_url
QUEUES = app.catalogue.queues()
SERIALIZER = "rq.serializers.JSONSerializer"


def refuse_stock_worker(arguments: list[str], named: str = "") -> None:
    """RQ's own worker classes load and call whatever a job names; with them this installation does not start.

    `named` is the class that the environment gives.
    """
    if Path(arguments[0]).name != "rq" or arguments[1:2] not in (["worker"], ["worker-pool"]):
        return
    if "worker.Worker" not in " ".join([*arguments, named]):
        sys.exit(
            "RQ's stock worker class would unpickle and call what it finds in Redis, so it is refused here.\n"
            "Start it with ours:  rq worker -c worker -w worker.Worker"
        )


def main(arguments: list[str]) -> None:
    """Run a worker; `scheduler` runs the clock, `together` becomes several (`heavy`, above, runs one claim)."""
    if arguments[:1] == ["together"]:
        from entrypoints.worker.together import become

        app.catalogue.bind(app.marked)
        arguments = become(arguments[1:])
    if arguments == ["scheduler"]:
        make_clock(app).run()
    else:
        Worker(QUEUES, connection=app.redis).work(burst="--burst" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
else:
    refuse_stock_worker(sys.argv, os.environ.get("RQ_WORKER_CLASS", ""))
