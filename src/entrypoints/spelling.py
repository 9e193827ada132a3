"""Names of settings that nobody reads: a misspelt one would be ignored in silence. It reads no values."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from entrypoints.supervise.surroundings import read_env

OURS = ("DATABASE_URL", "REDIS_URL", "PORT")
"""Settings that other programs know by the same name; all others begin with the prefix."""
PREFIX = "ENGINEBAY_"
READ_ELSEWHERE = {"ENGINEBAY_WORKER_ENTRY"}
NEAR = 0.8
"""A slip of the finger or two; below that it is another word, perhaps a setting of another version of this code."""


def unread(settings: type[BaseModel], env_file: Path) -> dict[str, str | None]:
    """Every name with our prefix, in the environment or in the file, that is no setting, and the one that was meant.

    An empty value is none: compose files write one for "not set".
    """
    known = names(settings)
    given = {**(read_env(env_file) if env_file.is_file() else {}), **os.environ}
    ours = (name.upper() for name, value in given.items() if value and name.upper().startswith(PREFIX))
    return {name: _nearest(name, known) for name in sorted(ours) if name not in known | READ_ELSEWHERE}


def names(settings: type[BaseModel]) -> set[str]:
    """The name of every setting, and of every group of them."""
    return {_whole(path) for path in _paths(settings)}


def _paths(model: type[BaseModel]) -> Iterator[str]:
    """Every field, and below a group its fields."""
    for name, field in model.model_fields.items():
        yield name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from (f"{name.upper()}__{below}" for below in _paths(field.annotation))


def _whole(path: str) -> str:
    return path if path in OURS else f"{PREFIX}{path}"


def _nearest(name: str, known: set[str]) -> str | None:
    """Without the prefix, which would make all of them alike."""
    import difflib

    by_end = {one.removeprefix(PREFIX): one for one in known}
    found = difflib.get_close_matches(name.removeprefix(PREFIX).strip("_"), by_end, n=1, cutoff=NEAR)
    return by_end[found[0]] if found else None
