"""Figures for Prometheus: requests of all web processes of this machine, and the tasks; it judges nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from core.ports.queue import QueueFigures
from entrypoints import policies

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
HOUR = timedelta(hours=1)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Counts requests. Its files are shared by the web processes, so that a scrape of one tells of all."""

    def __init__(self, folder: Path) -> None:
        _share(folder)
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._own = CollectorRegistry()
        self._known: dict[tuple[str, str, str], tuple[Any, Any]] = {}
        labels = ("method", "route")
        self._requests = Counter(
            "enginebay_requests", "Requests answered.", (*labels, "status"), registry=self._own
        )  # fmt: skip
        self._took = Histogram(
            "enginebay_request_seconds", "Time to answer.", labels, registry=self._own, buckets=BUCKETS
        )  # fmt: skip

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        counter, histogram = self._series(method if method in METHODS else "other", route, str(status))
        counter.inc()
        histogram.observe(seconds)

    def _series(self, method: str, route: str, status: str) -> tuple[Any, Any]:
        """The two series of a request; looked up once, since prometheus-client takes longer for that than to count."""
        found = self._known.get((method, route, status))
        if found is None:
            found = self._requests.labels(method, route, status), self._took.labels(method, route)
            self._known[method, route, status] = found
        return found

    def text(self, queues: Iterable[QueueFigures] | None, messages: Iterable[tuple[str, str, int]] = ()) -> bytes:
        """Return everything in Prometheus' text format; `queues` is None when the database is away."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=os.environ[SHARED])
        registry.register(Now(queues, messages))
        return generate_latest(registry)


def _share(folder: Path) -> None:
    """Point prometheus-client at a folder of this machine's own, before its first import decides how it counts."""
    path = Path(os.environ.setdefault(SHARED, str(folder / socket.gethostname())))
    path.mkdir(parents=True, exist_ok=True)
    for kept in path.glob("*.db"):
        if not _is_alive(kept.stem.rpartition("_")[2]):
            kept.unlink(missing_ok=True)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


class Now:
    """What is the case now, for one scrape. Unlike a `Gauge` it leaves no file for other processes to add theirs to."""

    def __init__(self, queues: Iterable[QueueFigures] | None, messages: Iterable[tuple[str, str, int]]) -> None:
        self._queues, self._messages = queues, messages

    def collect(self) -> Iterator[Any]:
        """Each gauge once."""
        from prometheus_client.core import GaugeMetricFamily

        yield GaugeMetricFamily("enginebay_database_up", "Whether the database answers.", self._queues is not None)
        tasks = GaugeMetricFamily("enginebay_tasks", "Tasks by queue and state.", labels=("queue", "state"))
        oldest = GaugeMetricFamily(
            "enginebay_oldest_waiting_seconds", "Age of the longest waiting due task.", labels=("queue",)
        )  # fmt: skip
        for figures in self._queues or ():
            oldest.add_metric((figures.queue,), figures.oldest)
            for state in ("ready", "later", "running", "dead"):
                tasks.add_metric((figures.queue, state), getattr(figures, state))
        said, labels = "Messages of the last hour.", ("channel", "state")
        messages = GaugeMetricFamily("enginebay_messages_last_hour", said, labels=labels)
        for channel, state, number in self._messages:
            messages.add_metric((channel, state), number)
        yield from (tasks, oldest, messages)


def make_metrics_page(app: Any, metrics: Metrics) -> Blueprint:
    """Return the blueprint of `/metrics`."""
    pages = Blueprint("metrics", __name__)

    @pages.get("/metrics")
    @policies.anyone
    def show() -> Response:
        return Response(metrics.text(*_figures(app)), content_type="text/plain; version=0.0.4; charset=utf-8")

    return pages


def _figures(app: Any) -> tuple[list[QueueFigures] | None, list[tuple[str, str, int]]]:
    from core.domain.kernel.errors import Unavailable

    try:
        with app.uow.reading():
            return list(app.ledger.figures()), app.deliveries.figures(app.clock.now() - HOUR)
    except Unavailable:
        return None, []
