"""Who may do what to a kind of record: not allowed is not shown, and refused when it is forged."""

import pytest
from tests.admin.browser import PASSWORD, Browser

from core.domain.contact import ContactMessage
from core.domain.records import Action, Record
from core.domain.records.permissions import ADMINS
from entrypoints.admin import make_admin
from entrypoints.web import make_web

LIST = "/admin/letters/"
VERBS = ("create", "change", "delete", "export", "stamped")
FORM = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello"}
SIGNS = {
    "create": ">New letter<", "change": ">Edit<", "delete": ">Delete…<", "export": ">Export<", "stamped": ">Stamp<",
}  # fmt: skip


@pytest.fixture
def letters(app, people):
    """A browser of staff on a panel where all but reading letters is for admins, and one of an admin."""
    declared = Record(
        ContactMessage, "letter", ("name", "subject"), editable=("name", "email", "subject", "message"), prefix="msg",
        deletable=True, actions={"stamped": Action(label="Stamp", run=lambda key, by: None)},
        may=dict.fromkeys(VERBS, ADMINS),
    )  # fmt: skip
    site = make_web(app)
    app.declared[declared.slug] = declared
    make_admin(app, site)
    found = {role: Browser(site) for role in ("staff", "admin")}
    for role, browser in found.items():
        browser.sign_in(f"{role}@example.org")
    return found


def signs(page):
    return {verb for verb, sign in SIGNS.items() if sign in page}


def test_what_is_not_allowed_is_not_shown(letters, message):
    key = message()
    seen = {role: signs(browser.get(LIST).text + browser.get(f"{LIST}details/?id={key}").text)
            for role, browser in letters.items()}  # fmt: skip
    assert seen == {"staff": set(), "admin": set(VERBS)}
    assert "Duplicate" not in letters["staff"].get(f"{LIST}details/?id={key}").text
    assert 'name="rowid"' not in letters["staff"].get(LIST).text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("new/", FORM), ("edit/", FORM), ("merge/", FORM), ("revert/", {}), ("delete/", {"sure": "yes"}),
        ("action/", {"action": "stamped"}), ("action/", {"action": "delete"}),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_when_it_is_forged(letters, message, acts, path, form):
    key, staff = message(), letters["staff"]
    staff.get(f"{LIST}details/?id={key}")
    before = acts()
    assert staff.get(f"{LIST}{path}?id={key}").status_code in (403, 405)
    answer = staff.post(f"{LIST}{path}", {"id": key, "rowid": key, **form}, follow_redirects=True)
    assert answer.status_code == 403
    assert "is for admin and super-admin. Ask one of them." in answer.text
    assert acts() == before


def test_export_that_is_not_allowed_is_refused_and_nothing_is_written_down(letters, message, acts):
    message()
    before = acts()
    letters["staff"].get("/admin/exports/")
    assert letters["staff"].post(f"{LIST}export/").status_code == 403
    assert acts() == before


def test_what_is_allowed_works_as_ever(letters, message):
    key, admin = message(), letters["admin"]
    admin.get(LIST)
    assert admin.post(f"{LIST}action/", {"action": "stamped", "rowid": key}).status_code == 303
    assert admin.post(f"{LIST}new/", FORM).status_code == 303
    assert admin.post(f"{LIST}export/").location == "/admin/exports/"
    admin.post(f"{LIST}delete/", {"id": key, "sure": "yes"})
    assert admin.get(f"{LIST}details/?id={key}").status_code == 404


def test_one_may_make_what_one_may_not_change(app):
    kind = Record(ContactMessage, "letter", ("name",), editable=("name",), prefix="msg", may={"change": ADMINS})
    mine = kind.for_role("staff")
    assert (mine.can_be_made, mine.form) == (True, ())


def test_verb_that_does_not_exist_is_refused_before_the_panel_opens():
    with pytest.raises(ValueError, match="Letters have no verb, no action and no field for fly"):
        Record(ContactMessage, "letter", ("name",), may={"fly": ADMINS}).for_role("staff")


def test_viewer_reads_and_exports_but_changes_nothing(app, site, message, acts):
    with app.uow.transaction():
        app.accounts.create("viewer@example.org", "Viewer", "viewer", PASSWORD)
    key, viewer, lists = message(), Browser(site), "/admin/contact-messages/"
    assert viewer.sign_in("viewer@example.org").location == "/admin/"
    kinds = ("contact-messages", "tasks", "schedules", "users", "audit-entries")
    assert [viewer.get(f"/admin/{kind}/").status_code for kind in kinds] == [200, 200, 200, 403, 403]
    page = viewer.get(f"{lists}details/?id={key}").text
    assert signs(page) == set()
    assert viewer.post(f"{lists}export/").location == "/admin/exports/"
    before = acts()
    for path in ("edit/", "new/", "delete/", "revert/", "merge/"):
        assert viewer.post(lists + path, {"id": key, "sure": "yes", **FORM}).status_code == 403, path
    for kind, action in (("tasks", "cancelled"), ("schedules", "run now"), ("contact-messages", "delete")):
        form = {"action": action, "rowid": key}
        assert viewer.post(f"/admin/{kind}/action/", form).status_code == 403, (kind, action)
    assert acts() == before
