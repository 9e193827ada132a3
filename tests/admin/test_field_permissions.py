"""What a role may not see of a record is nowhere for it; what it may not change is shown, and refused when forged."""

import pytest
from tests.admin.browser import Browser, form_of

from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Forbidden
from core.domain.records import Record
from core.domain.records.permissions import SUPER_ADMINS
from entrypoints.admin import make_admin
from entrypoints.web import make_web

LIST, BIN = "/admin/letters/", "/admin/recycle-bin/"
SECRET, LATER = "ada@hush.example", "later@hush.example"
FORM = {"name": "Ada", "subject": "Engines", "message": "Hello", "email": SECRET}


def letters(**more):
    return Record(
        ContactMessage, "letter", ("email", "name", "subject"), search=("email", "name"), filters=("email", "name"),
        order="email", editable=("email", "name", "subject", "message"), prefix="msg", deletable=True,
        **{"may": {"see email": SUPER_ADMINS, "change subject": SUPER_ADMINS}, **more},
    )  # fmt: skip


@pytest.fixture
def panel(app, people):
    """Browsers of an admin, who does not see the address of a letter, and of the super-admin, who does."""
    site = make_web(app)
    app.declared["letters"] = letters()
    make_admin(app, site)
    admin, root = Browser(site), Browser(site)
    admin.sign_in("admin@example.org")
    root.sign_in()
    return admin, root


@pytest.fixture
def key(panel):
    """A letter with a history, in which its address was changed twice."""
    _, root = panel
    root.get(LIST)
    made = root.post(f"{LIST}new/", FORM).location.split("=")[1]
    for address in (LATER, SECRET):
        typed = {**form_of(root.get(f"{LIST}edit/?id={made}"), "/edit/"), "email": address}
        assert root.post(f"{LIST}edit/", typed).status_code == 303
    return made


def text(browser, path):
    answer = browser.get(path)
    return answer.get_data(as_text=True)


def pages(browser, key, app):
    """Every page of the panel that could tell something of a letter, by what it is."""
    entries = [row["id"] for row in history(app, key)]
    letter = {
        "list": LIST, "detail": f"{LIST}details/?id={key}", "edit": f"{LIST}edit/?id={key}",
        "new": f"{LIST}new/", "duplicate": f"{LIST}new/?id={key}", "delete": f"{LIST}delete/?id={key}",
        "search": f"{LIST}?search=engines", "dashboard": "/admin/",
        "audit": "/admin/audit-entries/?kind.is=letter", "audit search": "/admin/audit-entries/?search=Engines",
    }  # fmt: skip
    reverts = {f"revert {entry}": f"{LIST}revert/?id={key}&version={entry}" for entry in entries}
    acts = {f"audit {entry}": f"/admin/audit-entries/details/?id={entry}" for entry in entries}
    return {name: text(browser, path) for name, path in {**letter, **reverts, **acts}.items()}


def history(app, key):
    with app.uow.reading():
        return app.records.show(app.kinds["letters"], key).history


def test_field_that_may_not_be_seen_is_nowhere(panel, key, app, exported):
    admin, root = panel
    told = {}
    for who, browser in (("admin", admin), ("root", root)):
        files = {"csv": exported(browser, LIST), "audit csv": exported(browser, "/admin/audit-entries/")}
        told[who] = {name for name, page in (pages(browser, key, app) | files).items() if "@hush" in page}
    assert told["admin"] == set()
    assert {"list", "detail", "edit", "duplicate", "delete", "csv", "audit csv"} <= told["root"]
    assert ">E-mail<" not in text(admin, f"{LIST}details/?id={key}") + text(admin, LIST)


def test_field_that_may_not_be_seen_is_not_asked_about(panel, key):
    admin, _ = panel
    assert key not in text(admin, f"{LIST}?search={SECRET}")
    assert [admin.get(LIST + query).status_code for query in
            (f"?email.is={SECRET}", "?email.contains=h", "?sort=email", "?sort=-email")] == [400] * 4  # fmt: skip
    assert admin.post(f"{LIST}export/", {"back": "email.contains=hush"}).status_code == 400


def test_field_that_may_not_be_seen_is_not_in_merges_and_stays_as_it_is(panel, key):
    admin, root = panel
    mine = {**form_of(admin.get(f"{LIST}edit/?id={key}"), "/edit/"), "name": "Bea"}
    theirs = {**form_of(root.get(f"{LIST}edit/?id={key}"), "/edit/"), "name": "Cea", "email": LATER}
    root.post(f"{LIST}edit/", theirs)
    both = admin.post(f"{LIST}edit/", mine)
    assert both.status_code == 409
    assert "@hush" not in both.text
    saved = admin.post(f"{LIST}merge/", {**form_of(both, "/merge/"), "take.name": "yours"})
    assert saved.status_code == 303
    page = text(root, f"{LIST}details/?id={key}")
    assert "Bea" in page
    assert LATER in page


def test_version_keeps_what_may_not_be_seen(panel, key, app):
    admin, root = panel
    first = history(app, key)[-1]["id"]
    root.post(f"{LIST}edit/", {**form_of(root.get(f"{LIST}edit/?id={key}"), "/edit/"), "email": LATER, "name": "Cea"})
    page = admin.get(f"{LIST}revert/?id={key}&version={first}")
    assert admin.post(f"{LIST}revert/", form_of(page, "/revert/")).status_code == 303
    assert LATER in text(root, f"{LIST}details/?id={key}")
    assert "Ada" in text(root, f"{LIST}details/?id={key}")


def test_field_that_may_not_be_seen_is_not_in_the_recycle_bin_and_comes_back(panel, key):
    admin, root = panel
    admin.get(f"{LIST}delete/?id={key}")
    flashed = admin.post(f"{LIST}delete/", {"id": key, "sure": "yes"}, follow_redirects=True)
    (address,) = {part.split('"')[0] for part in text(admin, BIN).split(f"{BIN}details/?id=")[1:]}
    told = [flashed.text, *(text(admin, path) for path in (BIN, f"{BIN}?search=hush", f"{BIN}details/?id={address}"))]
    assert [page for page in told if "@hush" in page] == []
    assert SECRET in text(root, f"{BIN}details/?id={address}")
    back = admin.post(f"{BIN}undo/", form_of(flashed, "/undo/"), follow_redirects=True)
    assert SECRET not in back.text
    assert SECRET in text(root, f"{LIST}details/?id={key}")


def test_field_that_may_not_be_changed_is_shown_and_not_asked_for(panel, key):
    admin, root = panel
    page = admin.get(f"{LIST}edit/?id={key}").text
    assert "<dt>Subject</dt><dd>Engines</dd>" in page
    assert "This is for another role to change." in page
    assert 'name="subject"' not in page
    assert 'name="subject"' in root.get(f"{LIST}edit/?id={key}").text


@pytest.mark.parametrize("name", ["subject", "email"])
@pytest.mark.parametrize("page", ["edit/", "merge/", "new/"])
def test_forged_change_of_a_field_is_refused_with_a_sentence(panel, key, acts, name, page):
    admin, _ = panel
    typed = {**form_of(admin.get(f"{LIST}edit/?id={key}"), "/edit/"), name: "x@example.com"}
    before = acts()
    answer = admin.post(LIST + page, typed)
    assert answer.status_code in ((404,) if page == "new/" else (403,))
    assert page == "new/" or f"“change {name}” with letters is for super-admin. Ask one of them." in answer.text
    assert acts() == before


def test_desk_refuses_what_a_form_did_not_stop(panel, key, app, people):
    for kind in (app.kinds["letters"], app.kinds["letters"].for_role("admin")):
        with pytest.raises(Forbidden, match="“change subject”"), app.uow.transaction():
            app.records.change(kind, key, {"subject": "x"}, seen="", by=people["admin"])
    with pytest.raises(Forbidden, match="“change email”"), app.uow.transaction():
        app.records.create(app.kinds["letters"], {"email": SECRET}, people["admin"])


def test_role_that_may_not_give_a_needed_field_makes_none_and_gives_others_their_default():
    assert not letters().for_role("admin").can_be_made
    mine = letters(may={"change name": SUPER_ADMINS}, asked=("name",)).for_role("admin")
    assert not mine.can_be_made
    flag = letters(may={"change notify_me": SUPER_ADMINS}, asked=("name", "notify_me")).for_role("admin")
    assert (flag.can_be_made, [field.name for field in flag.new_form], flag.given) == (
        True,
        ["name"],
        {"notify_me": False},
    )


def test_key_cannot_be_kept_from_who_sees_the_record():
    with pytest.raises(ValueError, match="The key of letters"):
        letters(may={"see id": SUPER_ADMINS}).for_role("admin")


def test_network_address_of_a_sender_is_for_admins(site, people, app):
    with app.uow.transaction():
        key = app.contact.receive(name="Ada", email="a@example.com", subject="S", message="M", address="198.51.100.7")[
            0
        ].id
    seen = {}
    for role in ("staff", "admin"):
        browser = Browser(site)
        browser.sign_in(f"{role}@example.org")
        seen[role] = "198.51.100.7" in browser.get(f"/admin/contact-messages/details/?id={key}").text
    assert seen == {"staff": False, "admin": True}
