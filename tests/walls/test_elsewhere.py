"""Dockerfile, compose.yaml and Procfile, read as text: what they name exists, nothing in them is secret or loose."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from entrypoints.cli import register
from entrypoints.config import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE, COMPOSE, PROCFILE = ((ROOT / name).read_text() for name in ("Dockerfile", "compose.yaml", "Procfile"))
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = ("release", "web", "worker", "scheduler")
ROLES = {
    "release": {"flask first-start", "flask db upgrade"},
    "web": {"python -m entrypoints.web.serve"},
    "worker": {"python worker.py"},
    "scheduler": {"python worker.py scheduler"},
}


def settings(model: type[BaseModel] = Settings, prefix: str = "ENGINEBAY_") -> set[str]:
    """Every variable that is a setting."""
    found = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= settings(kind, f"{prefix}{name.upper()}__")
        else:
            found.add(str(field.validation_alias or f"{prefix}{name.upper()}"))
    return found


def instructions(word: str) -> list[str]:
    """The arguments of every Dockerfile instruction of this name."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{word} +(.+)$", joined, re.MULTILINE)


def test_every_variable_named_is_a_setting():
    named = set(re.findall(r"\bENGINEBAY_\w+", DOCKERFILE + COMPOSE + PROCFILE))
    assert named - settings() == set()


def test_operations_page_names_settings_only():
    named = set(re.findall(r"\bENGINEBAY_\w+", (ROOT / "docs" / "operations.md").read_text()))
    assert named - settings() == set()


@pytest.mark.parametrize("role", OURS)
def test_role_has_the_same_command_everywhere(role):
    in_procfile = dict(line.split(": ", 1) for line in PROCFILE.splitlines())[role]
    bare = re.sub(r"PYTHONPATH=src |exec | 0\.0\.0\.0 \$PORT", "", in_procfile)
    assert {bare, " ".join(SERVICES[role]["command"])} <= ROLES[role]


def test_commands_are_in_the_repository():
    from flask import Flask

    site = Flask("site")
    register(site)
    assert {"first-start", "db"} <= set(site.cli.commands)
    assert (ROOT / "worker.py").exists()
    assert (ROOT / "src" / "entrypoints" / "web" / "serve.py").exists()
    assert shutil.which("flask", path=str(Path(sys.executable).parent))


def test_image_copies_what_is_there_and_installs_by_hash():
    copied = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [line for line in instructions("RUN") if " install " in line and ".txt" in line and "-r" in line]
    assert all(
        "--require-hashes" in part for line in instructions("RUN") for part in line.split("&&") if " -r " in part
    )


def test_image_has_two_stages_runs_as_nobody_and_ends_on_sigterm():
    assert len(instructions("FROM")) == 2
    assert instructions("USER") == ["enginebay"]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert json.loads(instructions("CMD")[-1]) == ["python", "-m", "entrypoints.web.serve"]
    assert "/readyz" in instructions("HEALTHCHECK")[0]


def test_nothing_is_pulled_by_a_moving_name_or_from_a_named_registry():
    images = [*re.findall(r"^ARG BASE=(\S+)", DOCKERFILE, re.MULTILINE), *(one["image"] for one in SERVICES.values())]
    assert [image for image in images if not re.fullmatch(r"[a-z]+(/[a-z]+)?:\d[\w.-]+", image)] == []


def test_no_secret_stands_in_a_file():
    assert re.findall(r"(?i)(?:password|secret_key|_url): *[^$\s]+$", re.sub(r"\$\{[^}]*\}", "$", COMPOSE)) == []
    secret = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET_KEY|SMTP__URL))(:[?-])", COMPOSE)
    assert {name for name, rule in secret if rule != ":?"} == {
        "ENGINEBAY_ADMIN__PASSWORD"
    }  # left out: made up, said once


@pytest.mark.parametrize("role", OURS)
def test_our_services_wait_for_what_they_need_and_may_do_little(role):
    service = SERVICES[role]
    waits = {name: how["condition"] for name, how in service["depends_on"].items()}
    needs = {"postgres": "service_healthy"}
    if role != "release":
        needs |= {"valkey": "service_healthy", "release": "service_completed_successfully"}
    assert waits == needs
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["restart"] == ("no" if role == "release" else "unless-stopped")


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_stores_are_checked_kept_and_not_published(name):
    service = SERVICES[name]
    volume = service["volumes"][0].split(":")[0]
    assert volume in yaml.safe_load(COMPOSE)["volumes"]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert "ports" not in service
