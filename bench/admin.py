"""The admin bench: a million posts listed by our admin, by Django's and by Flask-Admin's, and a thousand by ours.

Each is a WSGI application in a process of its own on the same table; a page is timed from the call to the last byte,
signed in, without server, browser and network. Fifty rows a page everywhere; else as they come.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from bench.ground import Ground
from bench.processes import ROOT
from bench.results import Row, less_is_better
from bench.tasks import Say

MANY, FEW = 1_000_000, 1_000
DATABASES = {MANY: "bench_admin", FEW: "bench_admin_small"}
PEERS = {"django admin": "django_admin", "flask-admin": "flask_admin"}
FIGURES = (("everything", "s", "seconds"), ("peak memory", "MB", "megabytes"), ("with all libraries", "MB", "resident"))
Told = dict[str, float]


def compare_admins(ground: Ground, bench: str, scale: float, say: Say) -> list[Row]:
    """Rows of the admin bench; with `--quick` a fifth of the posts."""
    many = int(MANY * scale)
    ours = _ours(ground, many, say)
    small = _ours(ground, FEW, say)
    rows = [row for name, module in PEERS.items() for row in _against(ground, name, module, ours, say)]
    exported = _exports(ground, say)
    rows += [
        less_is_better(f"{bench} {page}", "many rows, beside few", "ms", ours=ms, peer=small[page],
                       peer_name=f"enginebay, {FEW:,} rows") for page, ms in ours.items()
    ]  # fmt: skip
    return [*sorted(rows, key=lambda row: list(ours).index(row.bench.removeprefix(f"{bench} "))), *exported]


def _exports(ground: Ground, say: Say) -> list[Row]:
    """Everything as CSV: our task from order to finished file, Flask-Admin's answer; Django has none."""
    ours, theirs = (_run(ground, MANY, module, "export") for module in ("our_admin", "flask_admin"))
    for name, told in (("enginebay", ours), ("flask-admin", theirs)):
        say(f"admin: {name} export {told['seconds']:.1f} s, {told['megabytes']:,.0f} MB of {told['resident']:,.0f}")
    return [
        less_is_better("admin export", measure, unit, ours=ours[name], peer=theirs[name], peer_name="flask-admin")
        for measure, unit, name in FIGURES
    ]


def _against(ground: Ground, name: str, module: str, ours: Told, say: Say) -> list[Row]:
    theirs = _run(ground, MANY, module)
    say(f"admin: {name} " + ", ".join(f"{page} {ms:.1f} ms" for page, ms in theirs.items()))
    return [
        less_is_better(f"admin {page}", "whole answer", "ms", ours=ms, peer=theirs[page], peer_name=name)
        for page, ms in ours.items()
    ]


def _ours(ground: Ground, rows: int, say: Say) -> Told:
    size = MANY if rows != FEW else FEW
    ground.make_database(DATABASES[size])
    _python(ground, size, "bench.peers.posts", ground.database(DATABASES[size]), str(rows))
    told = _run(ground, size, "our_admin")
    say(f"admin: enginebay with {rows:,} rows " + ", ".join(f"{page} {ms:.1f} ms" for page, ms in told.items()))
    return told


def _run(ground: Ground, size: int, module: str, *arguments: str) -> Told:
    said = _python(ground, size, f"bench.peers.{module}", *arguments)
    return {name: figure for line in said.splitlines() for name, figure in json.loads(line).items()}


def _python(ground: Ground, size: int, module: str, *arguments: str) -> str:
    command: Sequence[str] = [sys.executable, "-m", module, *arguments]
    env = ground.env(DATABASES[size], ground.folder / "admin")
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{module} did not finish: {ran.stderr[-2000:]}")
    return ran.stdout
