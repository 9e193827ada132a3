"""The contact form in a browser: whatever happens, what was typed is not lost."""

import re

import pytest
from sqlalchemy import text

from entrypoints.web import make_web

TYPED = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello\nthere"}


def send(client, **fields):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/contact").text).group(1)
    return client.post("/contact", data={"csrf_token": token, **TYPED, **fields}, headers={"Accept": "text/html"})


def test_too_many_messages_are_refused_with_the_form_filled_in(client):
    answers = [send(client) for _ in range(25)]
    assert answers[0].status_code == 303
    refused = answers[-1]
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    for kept in ("Nothing was sent yet.", 'value="Engines"', "Hello\nthere"):
        assert kept in refused.text


def test_form_comes_back_filled_in_while_the_database_is_away(app, client):
    with app.uow.engine.begin() as connection:
        connection.execute(text("DROP TABLE contact_messages"))
    answer = send(client)
    assert answer.status_code == 503
    for kept in ("Nothing was sent yet.", 'value="Engines"', "Hello\nthere"):
        assert kept in answer.text


@pytest.fixture
def failed(app, client):
    """The page of a message that the mail server refused."""
    page = send(client).location
    with app.uow.transaction():
        app.uow.connection.execute(text("UPDATE tasks SET state = 'dead', error = '550 boss@inside.example is full'"))
    return page


def test_task_page_tells_a_developer_why_it_failed(client, failed):
    assert "boss@inside.example" in client.get(failed).text


def test_task_page_keeps_what_the_mail_server_said_from_strangers(make_app, failed):
    settings = {"environment": "production", "secret_key": "5" * 64, "base_url": "https://site.example"}
    app, task = make_app(settings=settings), re.search(r"tsk_\w+", failed).group()
    page = make_web(app).test_client().get(f"/tasks/{task}?key={app.links.sign(task)}").text
    assert "Failed" in page
    assert "boss@inside.example" not in page
    assert "Write another message" in page


def test_task_api_keeps_what_the_mail_server_said_from_strangers(make_app, failed):
    settings = {"environment": "production", "secret_key": "5" * 64, "base_url": "https://site.example"}
    app, task = make_app(settings=settings), re.search(r"tsk_\w+", failed).group()
    seen = make_web(app).test_client().get(f"/api/v1/tasks/{task}?key={app.links.sign(task)}").json
    assert (seen["state"], seen["error"]) == ("dead", "A try did not succeed. Whoever runs this site can see why.")
