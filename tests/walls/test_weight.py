"""What a process may load, and when: each pays for its imports in time and memory, and some share theirs by a fork."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = "import {module} as started; {then}; import sys; print(*(name for name, found in sys.modules.items() if found))"
BIND = "started.app.catalogue.bind(started.app.marked)"
WEB = {"flask", "flask_admin", "werkzeug", "jinja2", "limits", "granian"}
UNUSED = {"greenlet", "pygments", "rich", "yaml"}
SDKS = {"twilio", "boto3", "botocore", "geopy", "phonenumbers", "pywebpush", "py_vapid", "authlib"}
READY = "started.app.test_client().get('/readyz')"


def loaded(module: str, then: str, home: Path) -> set[str]:
    """The packages in a fresh process once `module` was imported and `then` was done."""
    env = {"PYTHONPATH": "src", "ENGINEBAY_HOME": str(home), "PATH": ""}
    code = START.format(module=module, then=then)
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return {name.partition(".")[0] for name in ran.stdout.split()}


@pytest.mark.parametrize(
    ("module", "then", "unwanted"),
    [
        ("worker", BIND, WEB | SDKS | UNUSED | {"alembic", "argon2", "css_inline", "psycopg"}),
        ("wsgi", READY, SDKS | {"alembic", "css_inline", "psycopg"}),
        ("entrypoints.supervise.__main__", "pass", {"sqlalchemy", "redis", "pydantic", "core", "adapters"}),
    ],
)
def test_process_loads_only_what_it_uses(module: str, then: str, unwanted: set[str], tmp_path: Path):
    assert loaded(module, then, tmp_path) & unwanted == set()


def test_services_are_built_without_a_thread_or_a_connection(tmp_path: Path):
    """`worker.py together` forks right afterwards, and what is open by then would be open in all (decision 5)."""
    code = (
        "import worker, os, threading; worker.app.catalogue.bind(worker.app.marked);"
        "print(threading.active_count(), [os.readlink(f'/proc/self/fd/{fd}') for fd in range(3, 20)"
        " if os.path.exists(f'/proc/self/fd/{fd}')])"
    )
    env = {"PYTHONPATH": "src", "ENGINEBAY_HOME": str(tmp_path), "PATH": ""}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert ran.stdout == "1 []\n", ran.stderr
