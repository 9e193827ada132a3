"""The site over a SQLite database, asked without a network."""

import pytest
from tests.admin.browser import PASSWORD

from entrypoints.web import make_web


@pytest.fixture
def site(request, app):
    """The Flask application. Forms need no token where a file of tests says `FORMS_NEED_TOKENS = False`."""
    made = make_web(app)
    made.config["WTF_CSRF_ENABLED"] = getattr(request.module, "FORMS_NEED_TOKENS", True)
    return made


@pytest.fixture
def client(site):
    """A browser without cookies yet."""
    return site.test_client()


@pytest.fixture
def browse(site):
    """A browser in which somebody is signed in, on a site whose forms need no token: `browse("ada")`."""

    def begin(name):
        client = site.test_client()
        client.post("/login", data={"email": f"{name}@example.com", "password": PASSWORD})
        return client

    return begin
