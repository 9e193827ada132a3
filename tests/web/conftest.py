"""The site over a SQLite database, asked without a network."""

import pytest

from entrypoints.web import make_web


@pytest.fixture
def site(app, compiled):
    """The Flask application."""
    made = make_web(app)
    made.jinja_env.bytecode_cache = compiled
    return made


@pytest.fixture
def client(site):
    """A browser without cookies yet."""
    return site.test_client()
