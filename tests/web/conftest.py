"""The site over a SQLite database, asked without a network."""

import pytest

from entrypoints.web import make_web


@pytest.fixture
def site(app):
    """The Flask application."""
    return make_web(app)


@pytest.fixture
def client(site):
    """A browser without cookies yet."""
    return site.test_client()
