"""Asks for tasks one at a time, as requests would: `python -m bench.enqueue MODULE JOB COUNT [PER_SECOND]`."""

import importlib
import sys
import time
from collections.abc import Iterator

LINGER = 0.3
"""Seconds to live on after the last task, as a web process does: a wake-up may leave from a thread."""


def payload(job: str, number: int) -> dict[str, int]:
    """What one task of that kind is given; a stamp carries the instant just before it is asked for."""
    return {"noop": {}, "line": {"number": number}, "mail": {"number": number}, "stamp": {"begun": time.time_ns()}}[job]


def paced(count: int, per_second: float) -> Iterator[int]:
    """Count, not faster than so many a second (0: as fast as it goes)."""
    begun = time.monotonic()
    for number in range(count):
        if per_second:
            time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
        yield number


def main(module: str, job: str, count: int, per_second: float = 0.0) -> None:
    """Enqueue them all."""
    enqueue = importlib.import_module(module).enqueue
    for number in paced(count, per_second):
        enqueue(job, **payload(job, number))
    time.sleep(LINGER)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]) if len(sys.argv) > 4 else 0.0)
