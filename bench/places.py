"""The places bench: the twenty nearest of a hundred thousand, by our index and by measuring every one."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.ground import Ground
from bench.processes import ROOT
from bench.results import Row, less_is_better
from bench.tasks import Say

MANY = 100_000
DATABASE = "bench_places"


def compare_places(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of the places bench, on PostgreSQL and on SQLite; with `--quick` a fifth of the places."""
    ground.make_database(DATABASE)
    env = ground.env(DATABASE, ground.folder / "places")
    on_file = env | {"DATABASE_URL": f"sqlite:///{ground.folder}/places.db"}
    rows = []
    for name, surroundings in (("postgresql", env), ("sqlite", on_file)):
        told = _run(surroundings, int(MANY * scale))
        say(f"places on {name}: " + ", ".join(f"{what} {value:.2f}" for what, value in told.items()))
        rows.append(
            less_is_better(f"{bench} near, {name}", f"{int(MANY * scale):,} places, p50", "ms", ours=told["near p50"],
                           peer=told["scan p50"], peer_name="full scan")
        )  # fmt: skip
    return rows


def _run(env: dict[str, str], number: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.peers.places", str(number)]
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"bench.peers.places did not finish: {ran.stderr[-2000:]}")
    return dict(json.loads(ran.stdout.splitlines()[-1]))
