"""A front end of RealWorld, asking."""

from itertools import count

import pytest
from sqlalchemy import event

from entrypoints.web import make_web

NUMBERS = count(1)


class Reader:
    """A front end in which somebody may be signed in: `reader.get("/articles")` is the status and the JSON."""

    def __init__(self, client, token="", name=""):
        self.client, self.token, self.name = client, token, name

    def ask(self, method, path, json=None, **further):
        headers = {"X-Requested-With": "XMLHttpRequest", **further.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Token {self.token}")
        return self.client.open(f"/api{path}", method=method, json=json, headers=headers, **further)

    def get(self, path):
        return told(self.ask("GET", path))

    def post(self, path, json=None):
        """As front ends do: without a body too it is said to be JSON."""
        return told(self.ask("POST", path, json, content_type="application/json"))

    def put(self, path, json):
        return told(self.ask("PUT", path, json))

    def delete(self, path):
        return told(self.ask("DELETE", path, content_type="application/json"))

    def write(self, title="How to train your dragon", **further):
        """Write an article, and return it."""
        article = {"title": title, "description": "Ever wonder how?", "body": "Very carefully.", **further}
        status, said = self.post("/articles", {"article": article})
        assert status == 201
        return said["article"]


def told(answer):
    return answer.status_code, answer.get_json(silent=True)


def join(client, name="", password="password123"):
    """Register somebody, and return their front end."""
    name = name or f"user_{next(NUMBERS)}"
    status, said = Reader(client).post("/users", registering(name, password=password))
    assert status == 201, said
    return Reader(client, said["user"]["token"], name)


def registering(name, email="", password="password123"):
    return {"user": {"username": name, "email": email or f"{name}@test.com", "password": password}}


@pytest.fixture
def app(make_app, clock):
    return make_app(clock=clock)


@pytest.fixture
def client(app):
    return make_web(app).test_client()


@pytest.fixture
def stranger(client):
    return Reader(client)


@pytest.fixture
def ada(client):
    return join(client, "ada")


@pytest.fixture
def bob(client):
    return join(client, "bob")


@pytest.fixture
def statements(app):
    """How many statements something takes: `statements(lambda: reader.get("/tags"))`."""
    asked = []
    trace = lambda driver, *_: driver.set_trace_callback(asked.append)  # noqa: E731
    for engine in (app.uow.engine, app.uow.reader):
        event.listen(engine, "checkout", trace)

    def number(deed):
        asked.clear()
        deed()
        return len([statement for statement in asked if statement.lstrip().startswith(("SELECT", "WITH"))])

    yield number
    app.uow.dispose()
    for engine in (app.uow.engine, app.uow.reader):
        event.remove(engine, "checkout", trace)
