"""docs/tutorial.md does what it says: its blocks are put into a copy of this repository, its commands are run there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?:^`(?P<path>[^`]+)`(?P<how>[^\n]*)\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
BLOCKS = [found.groupdict() for found in BLOCK.finditer((ROOT / "docs/tutorial.md").read_text())]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """This repository as it is before the tutorial."""
    made = tmp_path_factory.mktemp("tutorial") / "enginebay"
    kept_out = {".git", ".venv", "var", ".env", ".import_linter_cache", ".mypy_cache"}
    shutil.copytree(ROOT, made, ignore=lambda folder, names: kept_out & set(names))
    (made / ".venv").symlink_to(sys.prefix)
    return made


def follow(copy: Path, block: dict[str, str]) -> None:
    """Do what one block says."""
    if block["kind"] == "sh":
        run(copy, block["text"])
    elif block["kind"] == "diff":
        old, new = (line[1:] for line in block["text"].splitlines())
        text = (copy / block["path"]).read_text()
        assert text.count(old) == 1, f"{block['path']} has no such line any more: {old}"
        (copy / block["path"]).write_text(text.replace(old, new))
    else:
        assert not (copy / block["path"]).exists()
        (copy / block["path"]).write_text(block["text"])


def run(copy: Path, commands: str) -> None:
    ran = subprocess.run(
        ["/bin/sh", "-ec", commands], cwd=copy, env={"PYTHONPATH": "src", "PATH": ""}, capture_output=True, text=True
    )
    assert ran.returncode == 0, commands + ran.stdout + ran.stderr


@pytest.mark.long
def test_tutorial_can_be_followed_to_its_end(copy):
    for block in BLOCKS:
        follow(copy, block)
    assert next((copy / "migrations/versions").glob("*_machines.py")).read_text().count("op.create_table") == 1


def test_lines_that_the_tutorial_changes_are_there_once():
    changed = [(block["path"], block["text"].splitlines()[0][1:]) for block in BLOCKS if block["kind"] == "diff"]
    assert [(path, old) for path, old in changed if (ROOT / path).read_text().count(old) != 1] == []


def test_python_of_the_tutorial_is_styled_as_ours(tmp_path):
    """Following it to its end takes half a minute (`make faults`); its style is looked at each time."""
    for block in BLOCKS:
        if block["path"] and block["path"].endswith(".py") and block["kind"] != "diff":
            (tmp_path / block["path"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block["path"]).write_text(block["text"])
    ruff, settings = Path(sys.executable).parent / "ruff", ROOT / "pyproject.toml"
    for look in (("check",), ("format", "--check")):
        ran = subprocess.run([ruff, *look, "--config", settings, tmp_path], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_tutorial_says_how_many_files_it_adds():
    added = [block["path"] for block in BLOCKS if block["path"] and block["kind"] != "diff"]
    assert (len(added), len(set(added))) == (10, 10)
