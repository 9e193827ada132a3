"""The search bench: words that most posts have and words that one has, by the service and by the bare statement."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.ground import Ground
from bench.processes import ROOT
from bench.results import Row, less_is_better
from bench.sign_in import FLASK
from bench.tasks import Say

MANY = 100_000
DATABASE = "bench_search"
KINDS = {"common": "a word of most posts", "rare": "a word of one post", "two": "two words"}


def compare_search(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of the search bench, on PostgreSQL and on SQLite; with `--quick` a fifth of the posts."""
    ground.make_database(DATABASE)
    env = ground.env(DATABASE, ground.folder / "search")
    on_file = env | {"DATABASE_URL": f"sqlite:///{ground.folder}/search.db"}
    number, rows = int(MANY * scale), []
    for name, surroundings in (("postgresql", env), ("sqlite", on_file)):
        told = _run(surroundings, number)
        say(f"search on {name}: " + ", ".join(f"{what} {value:.2f} ms" for what, value in told.items()))
        for kind, about in KINDS.items():
            rows.append(
                less_is_better(f"{bench} {kind}, {name}", f"{about} of {number:,}, p50", "ms", ours=told[kind],
                               peer=told[f"{kind} bare"], peer_name="bare SQL, ranks all")
            )  # fmt: skip
    return rows


def _run(env: dict[str, str], number: int) -> dict[str, float]:
    for command in (
        [*FLASK, "db", "upgrade"],
        [*FLASK, "seed", "--posts", str(number)],
        [sys.executable, "-m", "bench.peers.search", str(number)],
    ):
        ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"{' '.join(command)} did not finish: {ran.stderr[-2000:]}")
    return dict(json.loads(ran.stdout.splitlines()[-1]))
