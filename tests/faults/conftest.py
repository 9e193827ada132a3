"""What every fault run stands on, and the table at the end. Only runs when asked for: `make faults`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.checker import Row, heading
from tests.faults.ground import Ground, ground
from tests.faults.stage import Stage

ROWS = pytest.StashKey[list[Row]]()
FAILED = pytest.StashKey[bool]()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Fault runs take minutes, so a bare `pytest` leaves them out."""
    return None if any("faults" in argument for argument in config.invocation_params.args) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


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
        pytestconfig.stash.setdefault(ROWS, []).append(row)
        print(f"\n{heading()}\n{row}")
        return row

    return add
