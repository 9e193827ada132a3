"""A leaf module is taken out by deleting its files: here exchange rates go from a copy, and the rest still passes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NAMES = {"rates", "exchange", "test_rates", "test_exchange"}
"""What the module's files and folders are called, wherever they lie; its migration stays, for it is history."""
WORDS = re.compile(r"\bexchange|ExchangeRate|[/. \"']rates\b", re.IGNORECASE)
REST = (
    "tests/migrations/test_migrations.py", "tests/unit/test_container.py", "tests/web/test_contact_form.py",
    "tests/admin/test_further_record.py",
)  # fmt: skip


@pytest.fixture(scope="module")
def rest(tmp_path_factory):
    """A copy of this repository without the module."""
    copy = tmp_path_factory.mktemp("rest") / "enginebay"
    shutil.copytree(ROOT, copy, ignore=lambda folder, names: {".git", ".venv", "var", ".env", *NAMES} & set(names))
    for path in [path for path in copy.rglob("*.*") if path.stem in NAMES]:
        path.unlink()
    return copy


def run(copy, *command):
    """Run a program there as a developer would, with no setting from outside."""
    env = {"PYTHONPATH": "src", "PATH": str(BIN), "ENGINEBAY_HOME": str(copy / "var")}
    ran = subprocess.run([BIN / command[0], *command[1:]], cwd=copy, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_nothing_else_in_the_source_names_the_module(rest):
    sources = [path for path in (rest / "src").rglob("*") if path.suffix in (".py", ".html") and path.is_file()]
    naming = [path.relative_to(rest).as_posix() for path in sources if WORDS.search(path.read_text())]
    assert naming == []


def test_layers_hold_and_every_service_is_built_without_a_leaf_module(rest):
    """What else passes without it takes half a minute to say: `make faults`."""
    run(rest, "lint-imports", "--no-logo")
    run(rest, "python", "-c", "import wsgi; wsgi.app.extensions['enginebay'].marked")


@pytest.mark.long
def test_rest_passes_without_a_leaf_module(rest):
    """Its tables are dropped by the next migration, which is written by the difference, as after any change."""
    run(rest, "flask", "db", "upgrade")
    run(rest, "flask", "db", "revision", "without exchange rates")
    assert 'op.drop_table("exchange_rates")' in next(rest.glob("migrations/versions/*_without_*.py")).read_text()
    assert re.search(r"\d+ passed", run(rest, "python", "-m", "pytest", *REST, "-k", "not postgresql"))
