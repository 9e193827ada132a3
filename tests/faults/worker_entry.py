"""`worker.py` for an application that is to meet a fault; it takes the same words, and `rq worker -c` takes it too."""

from __future__ import annotations

import sys

from tests.faults.entry import make

from entrypoints.worker import make_clock, make_worker
from entrypoints.worker.heavy import serve_heavy

if sys.argv[1:] == ["heavy"]:
    sys.exit(serve_heavy(make))

app = make()
Worker = make_worker(app)
REDIS_URL = app.settings.redis_url
QUEUES = app.catalogue.queues()
SERIALIZER = "rq.serializers.JSONSerializer"


def main(arguments: list[str]) -> None:
    """Run a worker; `scheduler` runs the clock, `heavy` one claim from standard input."""
    if arguments == ["scheduler"]:
        make_clock(app).run()
    else:
        Worker(QUEUES, connection=app.redis).work()


if __name__ == "__main__":
    main(sys.argv[1:])
