"""RQ's own worker classes do not start with our settings; its other commands do."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = """
import worker
for words, named in {asked}:
    try:
        worker.refuse_stock_worker(["/usr/bin/rq", *words.split()], named)
        print("starts")
    except SystemExit as refused:
        print(str(refused).splitlines()[-1])
"""
REFUSED = "Start it with ours:  rq worker -c worker -w worker.Worker"
CASES = {
    ("worker -c worker", ""): REFUSED,
    ("worker -c worker -w rq.Worker", ""): REFUSED,
    ("worker -c worker", "rq.SimpleWorker"): REFUSED,
    ("worker-pool -c worker", ""): REFUSED,
    ("worker -c worker -w worker.Worker", ""): "starts",
    ("worker -c worker", "worker.Worker"): "starts",
    ("info -c worker", ""): "starts",
    ("empty -c worker mail", ""): "starts",
}


def test_stock_worker_is_refused_and_nothing_else(tmp_path):
    env = {"PYTHONPATH": "src", "ENGINEBAY_HOME": str(tmp_path), "PATH": ""}
    code = ASK.format(asked=list(CASES))
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert dict(zip(CASES, ran.stdout.splitlines(), strict=True)) == CASES, ran.stderr
