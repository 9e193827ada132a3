"""Runs that are ended after their test, however it went."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.supervise.run import MakeRun, checkout

Start = Callable[..., MakeRun]


@pytest.fixture(autouse=True)
def _needs_proc() -> None:
    if sys.platform != "linux":
        pytest.skip("these tests look at processes through /proc, so they run on Linux only")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone."""
    return checkout(tmp_path / "clone")


@pytest.fixture
def start(clone: Path) -> Iterator[Start]:
    """Start `make run` in the clone: `start(PORT="8123")`."""
    started: list[MakeRun] = []

    def begin(**environment: str) -> MakeRun:
        started.append(MakeRun(clone, **environment))
        return started[-1]

    yield begin
    for run in started:
        run.close()
