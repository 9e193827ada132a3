"""What finding words takes among posts that `flask seed` made: `python -m bench.peers.search 100000`.

Ours is the service with its reading block: terms read, ranked, people looked for, excerpts made and marked. The bare
statement asks the same index for the same page, ranks all that fit, and makes nothing of the texts.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from sqlalchemy import text

from entrypoints.config import load
from entrypoints.container import App, build

QUESTIONS = 60
POSTGRES = text("""
    SELECT p.id, p.title, p.body
    FROM text_search w JOIN posts p ON p.id = w.post_id, plainto_tsquery('simple', :words) q
    WHERE w.words @@ q ORDER BY ts_rank_cd('{0.01, 0.1, 0.3, 1}', w.words, q, 1) DESC, w.published_at DESC LIMIT 20
""")
SQLITE = text("""
    SELECT p.id, p.title, p.body FROM text_search w JOIN posts p ON p.rowid = w.rowid
    WHERE text_search MATCH :words ORDER BY bm25(text_search, 100, 30, 10, 1) LIMIT 20
""")


def main(number: int) -> None:
    """Ask, and print medians in milliseconds."""
    app, chance = build(load()), random.Random(1)
    kinds = {
        "common": [chance.choice(("the", "loom", "telescope")) for _ in range(QUESTIONS)],
        "rare": [str(chance.randrange(number)) for _ in range(QUESTIONS)],
        "two": [chance.choice(("bread arithmetic", "harbour pendulum")) for _ in range(QUESTIONS)],
    }
    told = {}
    for kind, asked in kinds.items():
        told[kind] = _median(lambda words: _ours(app, words), asked)
        told[f"{kind} bare"] = _median(lambda words: _bare(app, words), asked[:20])
    print(json.dumps(told))


def _ours(app: App, words: str) -> int:
    with app.uow.reading():
        return len(app.post_search.find(words).posts)


def _bare(app: App, words: str) -> int:
    with app.uow.reading():
        return len(app.uow.connection.execute(SQLITE if app.uow.is_sqlite else POSTGRES, {"words": words}).all())


def _median(ask: Callable[[str], int], asked: Sequence[str]) -> float:
    took = []
    for words in asked:
        begun = time.perf_counter()
        ask(words)
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main(int(sys.argv[1]))
