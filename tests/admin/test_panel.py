"""Chores in the panel: find, read, make, change, delete, export, retry; what is refused says why."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from core.domain.kernel.ids import new_id
from core.domain.tasks import Task

LIST = "/admin/contact-messages/"
FORM = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello\nthere", "notify_me": "yes"}


def keys(page):
    return re.findall(r'name="rowid" value="([^"]+)"', page.text)


def seen(page):
    return re.search(r'name="seen" value="([^"]+)"', page.text).group(1)


def test_dashboard_shows_figures_and_the_last_acts(browser, message):
    message()
    page = browser.get("/admin/").text
    figures = re.findall(r"<strong>([\d,]+)</strong> ([a-z -]+)", page)
    assert {label.strip(): number for number, label in figures} == {
        "tasks waiting": "1", "dead tasks": "0", "schedules": "0", "workers at work": "0", "sign-ups": "1",
        "messages received": "1", "messages delivered": "0", "tasks done": "0",
        "tasks that took more than one try": "0", "tasks given up": "0", "sign-ins refused": "0",
    }  # fmt: skip
    assert "Administrator &lt;admin@example.com&gt;</strong> signed in" in page


def test_list_is_newest_first_and_leads_on_and_back(browser, message):
    made = [message(subject=f"Number {number}") for number in range(120)]
    first = browser.get(LIST)
    assert keys(first) == sorted(made, reverse=True)[:50]
    second = browser.get(_link(first, "next"))
    third = browser.get(_link(second, "next"))
    assert len(keys(third)) == 20
    assert _link(third, "next") is None
    assert keys(browser.get(_link(third, "prev"))) == keys(second)
    assert browser.get(_link(second, "prev")).text.count("rowid") == 50


def test_list_going_back_past_the_beginning_shows_the_whole_first_page(browser, message):
    made = sorted((message(subject=f"Number {number}") for number in range(60)), reverse=True)
    second = browser.get(_link(browser.get(LIST), "next"))
    for key in made[:3]:
        _delete(browser, key)
    back = browser.get(_link(second, "prev"), follow_redirects=True)
    assert keys(back) == made[3:53]


def test_list_asks_the_database_as_often_for_one_row_as_for_fifty(app, browser, message):
    asked = []
    event.listen(app.uow.reader, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
    event.listen(app.uow.engine, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
    message()
    counts = []
    for number in (1, 49):
        for _ in range(number - 1):
            message()
        asked.clear()
        assert browser.get(LIST).status_code == 200
        counts.append(len(asked))
        assert not [sql for sql, bound in asked if "OFFSET" in sql and bound[-1] != 0]
        assert not [sql for sql, _ in asked if "count(" in sql.lower() and "LIMIT" not in sql]
    # The session, the user, permissions, the bell, how many, how many of each choice, dates (2), views, the page.
    assert counts == [10, 10]


def test_list_is_searched_and_filtered(browser, message):
    wanted = message(subject="Looms", notify_me=True)
    message(subject="Looms")
    message(subject="Engines", notify_me=True)
    assert keys(browser.get(f"{LIST}?search=loom&notify_me.is=yes")) == [wanted]
    assert "Nothing fits" in browser.get(f"{LIST}?search=nothing").text
    assert len(keys(browser.get(f"{LIST}?delivered_at.exists=no"))) == 3


def test_list_is_sorted_by_its_columns(browser, message):
    made = {name: message(name=name) for name in ("Cleo", "Ada", "Bea")}
    assert keys(browser.get(f"{LIST}?sort=name")) == [made["Ada"], made["Bea"], made["Cleo"]]
    assert 'aria-sort="descending"' in browser.get(f"{LIST}?sort=-name").text


@pytest.mark.parametrize(
    "query",
    [
        "sort=password_hash", "sort=message", "sort=--name", "after=forged", "after=WyJ4Il0", "before=bnVsbA",
        "nonsense=1", "message.contains=x", "notify_me.is=perhaps", "created_at.from=yesterday", "created_at.like=x",
        "created_at.from=0001-01-01T00:00%2B23:59", "search=" + "x" * 300, "search=%00", "name.contains=x", "a.b.c=1",
        "after=WyJtc2dfeCIsIDVd&sort=created_at", "email.contains=%00", "delivered_at.exists=maybe",
        "after=" + "W1tb" * 2000,
    ],
)  # fmt: skip
def test_list_refuses_what_it_does_not_know_with_a_sentence(browser, message, query):
    message()
    answer = browser.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert 'class="notice danger"' in answer.text


@pytest.mark.parametrize("page", ["details", "edit"])
@pytest.mark.parametrize("key", ["", "msg_nobody", "%00", "x" * 3000, "é"])
def test_unknown_records_are_not_found(browser, page, key):
    assert browser.get(f"{LIST}{page}/?id={key}").status_code == 404


def test_record_is_made_read_changed_and_deleted(browser, acts):
    browser.get(f"{LIST}new/")
    made = browser.post(f"{LIST}new/", FORM)
    assert made.status_code == 303
    page = browser.get(made.location)
    assert "Hello\nthere" in page.text
    key = made.location.split("=")[1]
    form = browser.get(f"{LIST}edit/?id={key}")
    changed = browser.post(f"{LIST}edit/", {**FORM, "id": key, "seen": seen(form), "subject": "Looms"})
    assert changed.location == made.location
    assert "Looms" in browser.get(made.location).text
    sure = browser.get(f"{LIST}delete/?id={key}")
    assert "Looms" in sure.text
    assert browser.post(f"{LIST}delete/", {"id": key, "sure": "yes"}).location == LIST
    assert browser.get(made.location).status_code == 404
    assert [row["action"] for row in acts()][:3] == ["deleted", "changed", "created"]
    assert {row["actor_name"] for row in acts()} == {"Administrator <admin@example.com>"}


def test_deleting_by_get_or_without_being_sure_only_asks(browser, message):
    key = message()
    browser.get(f"{LIST}delete/?id={key}&sure=yes")
    assert "restored from the recycle bin for 30 days" in browser.post(f"{LIST}delete/", {"id": key}).text
    assert browser.get(f"{LIST}details/?id={key}").status_code == 200


def test_form_with_mistakes_comes_back_filled_in_naming_each(browser):
    browser.get(f"{LIST}new/")
    answer = browser.post(f"{LIST}new/", {**FORM, "email": "no\x00body", "name": "", "subject": "Kept"})
    assert answer.status_code == 422
    for words in ('id="w-email"', "Kept"):
        assert words in answer.text


@pytest.mark.parametrize("value", ["\x00", "x" * 200_000, "\ud800".encode("utf-16", "surrogatepass"), "🎉" * 300])
@pytest.mark.parametrize("field", ["name", "message", "notify_me", "email"])
def test_form_with_naughty_values_is_never_an_error_of_ours(browser, field, value):
    browser.get(f"{LIST}new/")
    assert browser.post(f"{LIST}new/", {**FORM, field: value}).status_code in (303, 422)


def test_form_ignores_fields_it_did_not_ask_for(browser, app):
    browser.get(f"{LIST}new/")
    made = browser.post(f"{LIST}new/", {**FORM, "delivered_at": "2020-01-01", "id": "msg_forged"})
    key = made.location.split("=")[1]
    with app.uow.reading():
        assert app.messages.get(key).delivered_at is None


def test_change_after_somebody_elses_is_refused_and_keeps_what_was_typed(browser, message):
    key = message()
    old = seen(browser.get(f"{LIST}edit/?id={key}"))
    browser.post(f"{LIST}edit/", {**FORM, "id": key, "seen": old, "subject": "First"})
    late = browser.post(f"{LIST}edit/", {**FORM, "id": key, "seen": old, "subject": "Second"})
    assert late.status_code == 409
    assert "Second" in late.text
    assert "both changed it" in late.text
    assert "First" in browser.get(f"{LIST}details/?id={key}").text


def test_bulk_deletion_asks_once_and_deletes_all(browser, message):
    made = [message() for _ in range(3)]
    browser.get(LIST)
    sure = browser.post(f"{LIST}action/", {"action": "delete", "rowid": made})
    assert "Delete 3 contact messages?" in sure.text
    browser.post(f"{LIST}delete/", {"id": made, "sure": "yes"})
    assert keys(browser.get(LIST)) == []


def test_bulk_deletion_leaves_out_what_is_gone_already(browser, message):
    made = [message(subject=subject) for subject in ("Here", "Gone")]
    _delete(browser, made[1])
    browser.get(LIST)
    sure = browser.post(f"{LIST}action/", {"action": "delete", "rowid": [*made, "msg_forged"]})
    assert "Delete contact message?" in sure.text
    assert re.findall(r"<li>(\w+)", sure.text.partition('class="named"')[2]) == ["Here"]


def test_message_that_is_deleted_before_it_was_sent_is_not_sent_and_raises_no_alarm(app, browser, message, acts):
    _delete(browser, message())
    with app.uow.reading():
        (task,) = app.ledger.recent(10)
    assert task.state == "cancelled"
    assert [(row["action"], row["kind"]) for row in acts()[:2]] == [
        ("deleted", "contact message"), ("cancelled, for its message was deleted", "task"),
    ]  # fmt: skip


def test_bulk_deletion_leads_back_to_the_list_as_it_was(browser, message):
    made = [message(subject="Won a prize") for _ in range(60)]
    kept = message(subject="Engines")
    here = "search=prize&sort=created_at"
    page = browser.get(f"{LIST}?{here}")
    back = re.search(r'name="back" value="([^"]+)"', page.text).group(1).replace("&amp;", "&")
    sure = browser.post(f"{LIST}action/", {"action": "delete", "rowid": keys(page), "back": back})
    assert f'href="{LIST}?search=prize&amp;sort=created_at" autofocus' in sure.text
    gone = browser.post(f"{LIST}delete/", {"id": keys(page), "sure": "yes", "back": back})
    assert gone.location == f"{LIST}?{here}"
    assert keys(browser.get(gone.location)) == made[50:]
    assert kept in keys(browser.get(LIST))


@pytest.mark.parametrize(
    "back", ["//evil.example", "a=1\r\nX-Forged: yes", "https://evil.example/?a=1", "é=\ud800", "&&&="]
)
def test_way_back_leads_nowhere_but_to_the_list(browser, back):
    browser.get(LIST)
    answer = browser.post(f"{LIST}action/", {"action": "delete", "back": back.encode("utf-8", "surrogatepass")})
    assert answer.location.partition("?")[0] == LIST
    assert "X-Forged" not in answer.headers


def test_page_of_a_list_that_was_emptied_meanwhile_leads_to_the_first(browser, message):
    made = sorted((message(subject=f"Number {number}") for number in range(51)), reverse=True)
    second = _link(browser.get(LIST), "next")
    _delete(browser, made[-1])
    assert browser.get(second).location == LIST


def test_bulk_action_with_nothing_ticked_says_so(browser):
    browser.get(LIST)
    browser.post(f"{LIST}action/", {"action": "delete"})
    assert "Nothing was done" in browser.get(LIST).text


def test_history_shows_before_and_after(browser, message):
    key = message(subject="Before")
    form = browser.get(f"{LIST}edit/?id={key}")
    browser.post(f"{LIST}edit/", {**FORM, "id": key, "seen": seen(form), "subject": "After"})
    page = browser.get(f"{LIST}details/?id={key}").text
    assert "<td>Before</td><td>After</td>" in page


def test_history_speaks_of_fields_and_instants_as_the_page_does(app, browser, dead):
    with app.uow.transaction():
        app.ledger.lock(dead).finished_at = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    browser.get(f"/admin/tasks/details/?id={dead}")
    browser.post("/admin/tasks/action/", {"action": "retried", "rowid": dead, "alone": "yes"})
    words = r'<th scope="row">Finished</th>\s*<td>24 Nov 2026, 09:05:00</td><td><span class="none">–</span></td>'
    assert re.search(words, browser.get(f"/admin/tasks/details/?id={dead}").text)
    entry = re.search(r"audit-entries/details/\?id=\w+", browser.get("/admin/").text).group()
    assert re.search(words, browser.get(f"/admin/{entry}").text)


def test_user_leads_to_what_they_did(browser, app, people):
    with app.uow.transaction():
        app.audit.note("signed in", "user", people["staff"].id, by=(people["staff"].id, "Staff at work"))
    page = browser.get(f"/admin/users/details/?id={people['staff'].id}").text
    acts = browser.get(re.search(r'href="([^"]+)">what this user did', page).group(1)).text
    assert "Staff at work" in acts
    assert "Administrator &lt;admin@example.com&gt;</td>" not in acts


def test_user_is_made_with_a_one_time_password_that_is_shown_once(browser, stranger):
    browser.get("/admin/users/new/")
    made = browser.post(
        "/admin/users/new/", {"email": "new@example.com", "name": "New", "role": "staff", "password": ""}
    )
    one_time = re.search(r"is ([\w-]{16}) –", made.text).group(1)
    assert stranger.sign_in("new@example.com", one_time).location == "/password"
    assert one_time not in browser.get("/admin/users/?search=new").text


def test_user_with_a_taken_address_is_refused(browser, people):
    browser.get("/admin/users/new/")
    form = {"email": "STAFF@example.org", "name": "New", "role": "staff", "password": "a good password"}
    assert browser.post("/admin/users/new/", form).status_code == 409


def test_user_changed_to_a_taken_address_is_refused(browser, people):
    page = browser.get(f"/admin/users/edit/?id={people['staff'].id}")
    form = {"email": "admin@example.com", "name": "X", "role": "staff", "active": "yes", "must_change_password": "no"}
    answer = browser.post("/admin/users/edit/", {**form, "id": people["staff"].id, "seen": seen(page)})
    assert answer.status_code == 409
    assert "already has an account" in answer.text


def test_user_pages_show_no_hash_and_no_password(browser, people):
    browser.get("/admin/users/new/")
    refused = browser.post("/admin/users/new/", {"email": "x", "name": "", "role": "staff", "password": "typed secret"})
    pages = [f"/admin/users/details/?id={people['staff'].id}", "/admin/users/"]
    for page in [refused, *(browser.get(path) for path in pages)]:
        assert "argon2" not in page.text
        assert "typed secret" not in page.text


def test_suspension_asks_why_and_shuts_out_at_once(browser, stranger, people):
    stranger.sign_in("staff@example.org")
    key = people["staff"].id
    browser.get(f"/admin/users/details/?id={key}")
    asked = browser.post("/admin/users/action/", {"action": "suspended", "rowid": key, "alone": "yes"})
    assert ("Reason" in asked.text, "told by mail" in asked.text) == (True, True)
    form = {"action": "suspended", "rowid": key, "alone": "yes", "sure": "yes"}
    again = browser.post("/admin/users/action/", {**form, "reason": " "})
    assert (again.status_code, "This may not be empty" in again.text, 'name="reason"' in again.text) == (
        422,
        True,
        True,
    )
    assert stranger.get("/admin/").status_code == 200
    assert browser.post("/admin/users/action/", {**form, "reason": "Left us."}).status_code == 303
    assert stranger.get("/admin/").status_code == 303
    page = stranger.sign_in("staff@example.org").text
    assert "This account is suspended: Left us." in page
    assert "Left us." not in stranger.sign_in("staff@example.org", "wrong").text
    assert "Left us." in browser.get(f"/admin/users/details/?id={key}").text


def test_page_of_a_user_leads_to_all_there_is_of_them(browser, people):
    page = browser.get(f"/admin/users/details/?id={people['staff'].id}").text
    for name in (
        "what this user did",
        "where this user is signed in",
        "what was mailed to this address",
        "those of this user",
    ):
        where = re.search(rf'href="([^"]+)">{name}', page).group(1).replace("&amp;", "&")
        assert browser.get(where).status_code == 200


def test_users_are_found_by_username(browser, people):
    assert "staff@example.org" in browser.get(f"/admin/users/?search={people['staff'].username}").text


def test_user_cannot_be_raised_above_who_asks(stranger, people):
    key = people["admin"].id
    stranger.sign_in(people["admin"].email)
    page = stranger.get(f"/admin/users/edit/?id={key}")
    form = {"email": people["admin"].email, "name": "A", "role": "super-admin", "active": "yes"}
    answer = stranger.post("/admin/users/edit/", {**form, "must_change_password": "no", "id": key, "seen": seen(page)})
    assert answer.status_code == 403
    assert "only a super-admin may do this" in answer.text


def test_own_account_cannot_be_deleted(browser, app):
    with app.uow.reading():
        key = app.users.by_email("admin@example.com").id
    browser.get(f"/admin/users/delete/?id={key}")
    answer = browser.post("/admin/users/delete/", {"id": key, "sure": "yes"})
    assert answer.status_code == 409
    assert "your own account" in answer.text


@pytest.fixture
def dead(app, message):
    message()
    with app.uow.transaction():
        app.uow.connection.execute(text("UPDATE tasks SET state = 'dead', error = 'No route', trace = 'Traceback'"))
        return app.uow.connection.execute(text("SELECT id FROM tasks")).scalar_one()


def test_dead_task_is_shown_with_its_error_and_run_again(app, browser, dead, acts):
    page = browser.get(f"/admin/tasks/details/?id={dead}")
    for words in ("No route", "Traceback", "Run again", "message_id"):
        assert words in page.text
    assert "Cancel task</button>" not in page.text
    browser.post("/admin/tasks/action/", {"action": "retried", "rowid": dead, "alone": "yes"})
    with app.uow.reading():
        assert app.tasks.show(dead).state == "ready"
    assert app.wake_ups.woken[-1] == "mail"
    assert acts()[0]["changes"]["state"] == {"before": "dead", "after": "ready"}


def test_message_leads_to_the_task_that_carries_it_and_says_why_it_did_not_arrive(browser, dead, message):
    message(subject="Another one, at the same time")
    key = keys(browser.get(f"{LIST}?search=Engines"))[0]
    page = browser.get(f"{LIST}details/?id={key}").text
    assert re.findall(r'href="/admin/tasks/details/\?id=([^"]+)"', page) == [dead]
    assert "No route" in page
    assert 'href="/dev/inbox?q=ada%40example.com"' in page
    assert f"{LIST}details/?id={key}" in browser.get(f"/admin/tasks/details/?id={dead}").text


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=1), timedelta(hours=3)])
def test_message_leads_to_the_note_to_its_sender_once(app, browser, message, later):
    key = message()
    later += app.clock.now()
    with app.uow.transaction():
        app.messages.get(key).delivered_at = later
        note = Task(id=new_id("tsk", later), name="contact.tell-sender", queue="mail", payload={"message_id": key},
                    created_at=later)  # fmt: skip
        app.ledger.add([note])
    page = browser.get(f"{LIST}details/?id={key}").text
    assert "Delivery to us" in page
    assert page.count(f'href="/admin/tasks/details/?id={note.id}">contact.tell-sender</a>') == 1


def test_task_whose_message_was_deleted_says_so(browser, dead):
    key = keys(browser.get(LIST))[0]
    _delete(browser, key)
    page = browser.get(f"/admin/tasks/details/?id={dead}").text
    assert "It was deleted." in page
    assert f"{LIST}details/" not in page


def test_action_that_does_not_fit_is_refused_with_its_sentence_and_the_others_go_on(app, browser, message, dead):
    message()
    page = browser.get("/admin/tasks/")
    browser.post("/admin/tasks/action/", {"action": "retried", "rowid": keys(page)})
    after = browser.get("/admin/tasks/").text
    assert "only one that is dead, cancelled or waiting can be run again" in after
    assert "Run again: 1 task." in after


@pytest.mark.parametrize("kind", ["tasks", "audit-entries", "schedules"])
def test_read_only_kinds_have_no_forms(browser, kind, dead):
    assert browser.get(f"/admin/{kind}/new/").status_code == 404
    assert browser.get(f"/admin/{kind}/").status_code == 200
    browser.get("/admin/")
    assert browser.post(f"/admin/{kind}/delete/", {"id": dead, "sure": "yes"}).status_code in (400, 403)
    assert browser.post(f"/admin/{kind}/action/", {"action": "no-such", "rowid": dead}).status_code == 404


def test_schedule_runs_now(app, browser):
    with app.uow.transaction():
        app.timetable.declare(app.catalogue)
    browser.get("/admin/schedules/details/?id=clean-up")
    browser.post("/admin/schedules/action/", {"action": "run now", "rowid": "clean-up", "alone": "yes"})
    assert "tasks.clean-up" in browser.get("/admin/tasks/").text


def _link(page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    return found and found.group(1).replace("&amp;", "&")


def _delete(browser, key):
    browser.get(f"{LIST}delete/?id={key}")
    browser.post(f"{LIST}delete/", {"id": key, "sure": "yes"})


def _bytes(chunk):
    return chunk if isinstance(chunk, bytes) else chunk.encode()
