"""Many records from a list: asked about first, changed by their rules, as a task when there are many."""

import re

import pytest
from tests.admin.browser import Browser, form_of

from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Conflict
from core.domain.records import Action, Field, Kind, Record
from entrypoints.admin import make_admin
from entrypoints.web import make_web

LIST = "/admin/letters/"
TITLE = re.compile(r"<h1>([^<]+)</h1>")


@pytest.fixture
def desk(app, people):
    """A browser of staff on a list whose action asks for a word and refuses some."""

    def stamp(key, by, *, word):
        if app.messages.get(key).subject == "Engines":
            raise Conflict("Engines are never stamped.")
        app.messages.get(key).subject = word

    asks = (Field(name="word", kind=Kind.CHOICE, label="Word", allowed=("Looms", "Cards")),)
    declared = Record(
        ContactMessage, "letter", ("name", "subject"), search=("subject",), filters=("name",), deletable=True,
        editable=("name", "email", "subject", "message"),
        actions={"stamped": Action(label="Stamp", run=stamp, asks=asks, sure="A stamp stays."),
                 "read": Action(label="Read", run=lambda key, by: None)},
    )  # fmt: skip
    site = make_web(app)
    app.declared[declared.slug] = declared
    make_admin(app, site)
    made = Browser(site)
    made.sign_in("staff@example.org")
    made.get(LIST)
    return made


def subjects(app, keys):
    with app.uow.reading():
        return [app.messages.get(key).subject for key in keys]


def title(page):
    return TITLE.search(page.text).group(1)


def test_action_asks_first_and_then_does_it(app, desk, message):
    keys = [message(subject="x"), message(subject="y"), message()]
    asked = desk.post(f"{LIST}action/", {"action": "stamped", "rowid": keys})
    assert (title(asked), "A stamp stays." in asked.text, subjects(app, keys)[0]) == ("Stamp: 3 letters?", True, "x")
    form = {"action": "stamped", "rowid": keys, "sure": "yes", "word": "Cards"}
    page = desk.post(f"{LIST}action/", form, follow_redirects=True)
    assert subjects(app, keys) == ["Cards", "Cards", "Engines"]
    assert ("Stamp: 2 letters." in page.text, "Engines are never stamped." in page.text) == (True, True)


def test_action_with_a_mistake_asks_again_and_does_nothing(app, desk, message):
    key = message(subject="x")
    again = desk.post(f"{LIST}action/", {"action": "stamped", "rowid": key, "sure": "yes", "word": "Forged"})
    assert (again.status_code, 'id="w-word"' in again.text, subjects(app, [key])) == (422, True, ["x"])


def test_only_chosen_fields_are_changed(app, desk, message, acts):
    keys = [message(subject=subject) for subject in ("x", "y")]
    asked = desk.post(f"{LIST}action/", {"action": "change", "rowid": keys})
    assert title(asked) == "Edit: 2 letters?"
    form = {**form_of(asked, "/action/"), "rowid": keys, "set.name": "yes", "name": "Bea", "subject": "not chosen"}
    desk.post(f"{LIST}action/", form)
    assert subjects(app, keys) == ["x", "y"]
    with app.uow.reading():
        assert {app.messages.get(key).name for key in keys} == {"Bea"}
    assert [row["changes"] for row in acts()[:2]] == [{"name": {"before": "Ada", "after": "Bea"}}] * 2


@pytest.mark.parametrize("form", [{}, {"set.email": "yes", "email": "nobody"}, {"set.delivered_at": "yes"}])
def test_change_of_nothing_or_against_the_rules_changes_nothing(app, desk, message, form):
    key = message(subject="x")
    answer = desk.post(
        f"{LIST}action/", {"action": "change", "rowid": key, "sure": "yes", **form}, follow_redirects=True
    )
    assert 'class="notice' in answer.text
    with app.uow.reading():
        assert (app.messages.get(key).email, app.messages.get(key).delivered_at) == ("ada@example.com", None)


@pytest.mark.parametrize("verb", ["delete", "change", "read", "stamped"])
def test_all_that_fit_are_asked_about_and_done_by_a_task(app, desk, message, drain_queue, verb):
    fitting = [message(subject="Looms") for _ in range(60)]
    other = message(subject="Cards")
    assert "All 60 that fit" in desk.get(f"{LIST}?search=looms").text
    form = {"action": verb, "all": "yes", "back": "search=looms"}
    asked = desk.post(f"{LIST}action/", form)
    assert ("60 letters?" in title(asked), "A task does it" in asked.text) == (True, True)
    typed = {"word": "Cards", "set.subject": "yes", "subject": "Cards"}
    page = desk.post(f"{LIST}action/", {**form_of(asked, "/action/"), **typed})
    assert page.location.startswith("/admin/tasks/details/?id=")
    drain_queue(app, "bulk")
    assert '"done": 60' in desk.get(page.location).text.replace("&#34;", '"')
    with app.uow.reading():
        left = {key for key in [*fitting, other] if app.record_store.get(ContactMessage, key)}
    assert left == ({other} if verb == "delete" else {*fitting, other})


def test_more_than_can_be_done_at_once_are_done_by_a_task(app, desk, message, drain_queue):
    keys = [message(subject="x") for _ in range(201)]
    asked = desk.post(f"{LIST}action/", {"action": "read", "rowid": keys})
    assert ("and 181 more" in asked.text, title(asked)) == (True, "Read: 201 letters?")
    page = desk.post(f"{LIST}action/", {"action": "read", "rowid": keys, "sure": "yes"})
    drain_queue(app, "bulk")
    assert '"done": 201' in desk.get(page.location).text.replace("&#34;", '"')


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"action": "fly", "all": "yes"}, 404), ({"action": "", "all": "yes"}, 404),
        ({"action": "read", "all": "yes", "back": "sort=nonsense"}, 400),
        ({"action": "read", "all": "yes", "back": "email.is=x"}, 400), ({"action": "read", "rowid": "msg_forged"}, 404),
        ({"action": "change", "rowid": "\x00"}, 404), ({"action": "read", "all": "yes", "csrf_token": "forged"}, 400),
    ],
)  # fmt: skip
def test_forged_forms_are_refused_with_a_sentence(desk, message, acts, form, status):
    message()
    before = acts()
    answer = desk.post(f"{LIST}action/", form)
    assert (answer.status_code, acts()) == (status, before)


def test_viewer_can_do_nothing_to_many(app, site, message, desk):
    with app.uow.transaction():
        app.users.by_email("staff@example.org").role = "viewer"
    for verb in ("change", "delete", "read", "stamped"):
        assert desk.post(f"{LIST}action/", {"action": verb, "all": "yes", "sure": "yes"}).status_code == 403
