"""`python -m bench`: measure everything side by side, print a table, write bench/results.json."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from bench.admin import compare_admins
from bench.articles import compare_articles
from bench.contact import compare_posts
from bench.ground import Ground, ground
from bench.places import compare_places
from bench.resilience import compare_calls
from bench.results import Row, show, write
from bench.search import compare_search
from bench.sign_in import compare_sign_ins
from bench.tasks import DRAINS, Say, compare_drains, compare_starts

QUICK = 0.2
Bench = Callable[[Ground, str, float, Say], list[Row]]
BENCHES: dict[str, Bench] = {
    **dict.fromkeys(DRAINS, compare_drains),
    "tasks start latency": compare_starts,
    "contact post": compare_posts,
    "sign in": compare_sign_ins,
    "admin": compare_admins,
    "articles": compare_articles,
    "places": compare_places,
    "search": compare_search,
    "resilience": compare_calls,
}


def main(arguments: Sequence[str]) -> None:
    """Run the benches that were asked for."""
    asked = _asked(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    begun, rows = time.monotonic(), []
    say = partial(print, file=sys.stderr, flush=True)
    with ground() as place:
        for bench in asked.only or BENCHES:
            rows += BENCHES[bench](place, bench, QUICK if asked.quick else 1.0, say)
    show(rows)
    if not asked.only:
        write(rows)
    say(f"It took {time.monotonic() - begun:.0f} s on Python {sys.version}. How each figure is taken: bench/README.md")


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the work; figures are rough")
    parser.add_argument("--only", action="append", choices=list(BENCHES), help="one bench; results.json stays as it is")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
