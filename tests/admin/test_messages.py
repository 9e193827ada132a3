"""The desk of messages: edited, shown with real facts, tried out, put back; refused to whoever may not, or is late."""

from tests.admin.browser import PASSWORD, Browser, form_of

from adapters.mail.memory import MemoryMail
from core.ports.stationery import Words

DESK = "/admin/messages/"
SMS = f"{DESK}edit/?name=contact_delivered&channel=sms"
MAIL = f"{DESK}edit/?name=contact_delivered&channel=mail"
FACTS = {"id": "msg_1", "name": "Ada", "email": "a@b.example", "subject": "Engines", "message": "Hi", "received_at": ""}


def show(browser, message="", channel="sms", **typed):
    """What the frame of the preview shows of what is typed."""
    address = f"{DESK}edit/?name=contact_delivered&channel={channel}"
    form = form_of(browser.get(address), "/edit/")
    return browser.post(f"{DESK}preview/", {**form, "record": message, **typed})


def save(browser, address=SMS, **typed):
    return browser.post(f"{DESK}edit/", {**form_of(browser.get(address), "/edit/"), **typed})


def state(app, channel="sms"):
    with app.uow.reading():
        return app.wording_desk.show("contact_delivered", channel).state


def test_desk_lists_every_class_with_the_state_of_each_channel(app, browser):
    save(browser, text="{{ name }}: it is here.")
    page = browser.get(DESK).text
    assert page.count("<article") == len(app.message_classes)
    assert (page.count(">edited<"), page.count("Administrator &lt;admin@example.com&gt;")) == (1, 1)


def test_saved_template_is_in_force_in_the_audit_and_can_be_put_back(app, browser, acts):
    app.stationery.heed(app.uow, app.wordings, every=0.0)
    assert save(browser, text="{{ name }}: it is here.").location == SMS
    assert app.stationery.words("contact_delivered", "sms", FACTS) == Words(text="Ada: it is here.")
    page = browser.get(SMS)
    assert "Administrator" in page.text
    assert "Saved. The next message says it." in page.text
    assert browser.post(f"{DESK}reset/", form_of(page, "/edit/")).status_code == 303
    assert state(app) == "as delivered"
    assert [(one["action"], one["kind"]) for one in acts()][:2] == [
        ("put back", "message template"),
        ("changed", "message template"),
    ]


def test_preview_shows_a_real_message_and_saves_nothing(app, browser, message):
    sent = message(name="Grace", subject="A moth")
    assert f'<option value="{sent}" selected>A moth (ada@example.com)</option>' in browser.get(SMS).text
    answer = show(browser, sent, text="{{ name }}: {{ subject }}")
    assert "Grace: A moth" in answer.text
    assert "13 characters, GSM-7, one part" in answer.text
    assert "Ada Lovelace: A question" in show(browser, text="{{ name }}: {{ subject }}").text
    assert state(app) == "as delivered"


def test_preview_is_a_page_that_may_do_nothing(browser):
    policy = show(browser, channel="mail").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert "frame-ancestors 'self'" in policy


def test_preview_of_a_mail_has_both_widths_and_its_text(browser, message):
    page = show(browser, message(name="<b>Grace</b>"), "mail").text
    assert (page.count("<iframe"), page.count('class="narrow"')) == (2, 1)
    assert "Hello &amp;lt;b&amp;gt;Grace" in page
    assert "<b>Grace" not in page


def test_preview_says_what_is_wrong(browser):
    assert "There is no fact &#39;nmae&#39;" in show(browser, text="{{ nmae }}").text


def test_every_channel_has_an_editor_and_a_preview(browser):
    for channel in ("push", "sms", "call", "mail"):
        answer = show(browser, channel=channel)
        assert (answer.status_code, "wrong" in answer.text.partition("<body>")[2]) == (200, False), channel


def test_template_that_cannot_be_printed_is_not_saved_and_what_was_typed_stays(app, browser):
    answer = save(browser, text="{{ name.__class__ }}")
    assert answer.status_code == 422
    assert "Nothing that begins with a _ can be said." in answer.text
    assert "{{ name.__class__ }}</textarea>" in answer.text
    assert state(app) == "as delivered"


def test_second_of_two_editors_sees_both_versions_and_may_save_knowingly(app, browser):
    form = form_of(browser.get(SMS), "/edit/")
    save(browser, text="Theirs")
    answer = browser.post(f"{DESK}edit/", {**form, "text": "Mine"})
    assert answer.status_code == 409
    assert "<td>Theirs</td><td>Mine</td>" in answer.text
    again = form_of(answer, "/edit/")
    assert again["text"] == "Mine"
    assert browser.post(f"{DESK}edit/", again).status_code == 303


def test_staff_looks_and_does_not_touch(app, site, people):
    staff = Browser(site)
    staff.sign_in("staff@example.org", PASSWORD)
    page = staff.get(SMS)
    assert (page.status_code, ">Save<" in page.text, ">Send a test to me<" in page.text) == (200, False, False)
    assert show(staff, text="Hello").status_code == 200
    form = form_of(page, "/edit/")
    for action in ("edit", "reset", "test"):
        assert staff.post(f"{DESK}{action}/", {**form, "text": "Mine"}).status_code == 403
    assert state(app) == "as delivered"


def test_message_that_is_not_there_is_not_found(browser):
    for query in ("name=nothing&channel=sms", "name=daily_report&channel=sms", "name=&channel="):
        assert browser.get(f"{DESK}edit/?{query}").status_code == 404, query


def test_test_goes_to_who_asked_with_the_example(make_app, drain_queue):
    app = make_app(mail=MemoryMail())
    with app.uow.transaction():
        app.accounts.first_admin("admin@example.com", PASSWORD)
        admin = app.users.by_email("admin@example.com")
        task = app.trials.ask(app.wording_desk.show("contact_delivered", "mail"), to="you@example.com", by=admin)
    drain_queue(app, "mail")
    (letter,) = app.mail.sent
    assert (letter.to, letter.subject) == ("admin@example.com", "Your message to Enginebay has been delivered")
    with app.uow.reading():
        assert app.tasks.show(task.id).state == "done"


def test_test_by_sms_needs_a_number(browser):
    form = form_of(browser.get(SMS), "/edit/")
    assert "does not say its country" in browser.post(f"{DESK}test/", {**form, "to": "0170 1234"}).text
    assert browser.post(f"{DESK}test/", {**form, "to": "+49 151 23456789"}).status_code == 303
