"""What every fault run stands on, their order, their time, and the table at the end. Only runs when asked for.

`FAULTS_MINUTES` bounds `make faults`: once they are used up no further run begins, except those of the first files in
ORDER, and every run that was left out is named below the table. No run is cut in half, and want of time is no failure.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.checker import Row, heading
from tests.faults.ground import Ground, ground
from tests.faults.stage import Stage

ORDER = (
    "test_thousand_posts", "test_worker_kills", "test_redis", "test_web_kills", "test_poison", "test_forged_payloads",
    "test_same_time", "test_database", "test_clocks", "test_schedules", "test_year", "test_mail_server",
    "test_vendors", "test_rolling_restarts",
)  # fmt: skip
"""The most important first."""
ALWAYS = ORDER[:2]
MINUTES = float(os.environ.get("FAULTS_MINUTES", "inf"))
BEGAN = time.monotonic()
LEFT_OUT = pytest.StashKey[list[str]]()
ROWS = pytest.StashKey[list[Row]]()
FAILED = pytest.StashKey[bool]()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Fault runs take minutes, so a bare `pytest` leaves them out."""
    return None if any("faults" in argument for argument in config.invocation_params.args) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, and put it in order; unnamed files come last, then other folders."""
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.faults)
    items[:] = sorted(ours, key=_turn) + [item for item in items if item not in ours]


def _turn(item: pytest.Item) -> int:
    return ORDER.index(item.path.stem) if item.path.stem in ORDER else len(ORDER)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin nothing more once the time is used up."""
    if item.path.stem not in ALWAYS and time.monotonic() - BEGAN > MINUTES * 60:
        item.config.stash.setdefault(LEFT_OUT, []).append(item.name)
        pytest.skip(f"the {MINUTES:g} minutes of FAULTS_MINUTES are used up")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember failures, so that the processes' own words are shown with them."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print every row once more, together."""
    rows = config.stash.get(ROWS, [])
    if rows:
        terminalreporter.section("faults")
        for line in (heading(), *map(str, rows)):
            terminalreporter.write_line(line)
    for name in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(f"not run, for want of time: {name}")


@pytest.fixture(scope="session")
def faults_ground() -> Iterator[Ground]:
    """The databases."""
    with ground() as made:
        yield made


@pytest.fixture
def make_stage(faults_ground: Ground, request: pytest.FixtureRequest) -> Iterator[Callable[..., Stage]]:
    """Make stages; what they started is ended afterwards, whatever happened."""
    made: list[Stage] = []

    def make(database: str = "postgres") -> Stage:
        made.append(Stage(faults_ground, database))
        return made[-1]

    yield make
    for stage in made:
        if request.node.stash.get(FAILED, False):
            print(stage.logs())
        stage.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A stage on PostgreSQL."""
    return make_stage()


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Callable[[Row], Row]:
    """Print a row as it comes, and keep it for the table."""

    def add(row: Row) -> Row:
        rows = pytestconfig.stash.setdefault(ROWS, [])
        print(f"\n{row}" if rows else f"\n{heading()}\n{row}")
        rows.append(row)
        return row

    return add
