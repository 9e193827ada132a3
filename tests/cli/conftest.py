"""The `flask` commands over a fresh SQLite database."""

import pytest

from entrypoints import cli
from entrypoints.web import make_web


@pytest.fixture
def say():
    """Say a command to an application: `say(app, "tasks", "list")` returns exit code and what was printed."""

    def say_(app, *words, input=None):
        site = make_web(app)
        cli.register(site)
        with site.app_context():
            ran = site.test_cli_runner().invoke(site.cli, words, input=input)
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        return ran.exit_code, ran.output

    return say_


@pytest.fixture
def flask(app, say):
    """Say a command to the application of this test: `flask("tasks", "list")`."""
    return lambda *words, input=None: say(app, *words, input=input)
