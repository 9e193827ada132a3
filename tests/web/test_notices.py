"""The bell, its page, and the page on which one chooses how it rings; the same by the API."""

from __future__ import annotations

import re

import pytest
from tests.admin.browser import PASSWORD

from core.domain.post import Ring

FORMS_NEED_TOKENS = False

USUAL = {
    "contact_delivered": ["bell", "mail", "push"], "task_done": ["bell"], "message_waits": ["bell", "mail", "push"],
    "post_published": ["bell"],
    "post_commented": ["bell", "mail", "push"],
}  # fmt: skip


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", PASSWORD)
        for name in ("ada", "bob"):
            made.accounts.create(f"{name}@example.com", name.title(), "member", PASSWORD)
    return made


@pytest.fixture
def ring(app):
    """Ring somebody's bell: `ring("ada", "Done")`; returns the notice's id."""

    def rang(name, title, link="http://127.0.0.1:8000/docs"):
        app.clock.pass_by(seconds=1)
        with app.uow.transaction():
            user = app.users.by_email(f"{name}@example.com").id
            app.wishes.ring([
                Ring(user=user, kind="task_done", key=title, title=title, text="All of it.", link=link,
                     at=app.clock.now())
            ])  # fmt: skip
            return app.notice_desk.page(user).notices[0].id

    return rang


def bell(page):
    """What the bell of a page says, None without one."""
    found = re.search(r'id="bell"[^>]*aria-label="([^"]*)"', page)
    return found and found[1]


def titles(page):
    return re.findall(r'<button class="plain">([^<]*)</button>', page.partition('<ul class="notices">')[2])


def test_bell_counts_what_was_not_read_and_is_for_who_is_signed_in(browse, site, ring):
    ada = browse("ada")
    assert [bell(client.get("/contact").text) for client in (ada, site.test_client())] == ["Notifications", None]
    ring("ada", "First")
    assert bell(ada.get("/contact").text) == "Notifications, 1 unread"
    assert bell(ada.get("/notifications/bell").text) == "Notifications, 1 unread"
    answer = site.test_client().get("/notifications/bell")
    assert (answer.status_code, answer.data) == (204, b"")


def test_notice_is_read_by_following_it(browse, ring):
    ada, notice = browse("ada"), ring("ada", "First")
    answer = ada.post(f"/notifications/{notice}/open")
    assert (answer.status_code, answer.location) == (303, "http://127.0.0.1:8000/docs")
    assert bell(ada.get("/contact").text) == "Notifications"
    ada.post(f"/notifications/{notice}/read", data={"unread": "yes"})
    assert bell(ada.get("/contact").text) == "Notifications, 1 unread"


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "javascript:x"])
def test_notice_leads_to_no_other_site(browse, ring, link):
    assert browse("ada").post(f"/notifications/{ring('ada', 'First', link)}/open").location == "/notifications"


def test_lists_are_one_s_own_with_tabs_and_pages(browse, ring):
    for number in range(25):
        last = ring("ada", f"No. {number}")
    ring("bob", "Of Bob")
    ada = browse("ada")
    ada.post(f"/notifications/{last}/read")
    first = ada.get("/notifications").text
    older = re.search(r'href="(/notifications\?after=[^"]*)"', first)[1]
    assert (titles(first)[0], len(titles(first))) == ("No. 24", 20)
    assert titles(ada.get(older).text) == [f"No. {number}" for number in (4, 3, 2, 1, 0)]
    assert titles(ada.get("/notifications?unread=yes").text)[0] == "No. 23"
    ada.post("/notifications/read", data={"up_to": last})
    assert titles(ada.get("/notifications?unread=yes").text) == []
    assert ada.get("/notifications?after=nonsense").status_code == 200


def test_all_as_read_leaves_what_rang_since_the_page_was_shown(browse, ring):
    ada, shown = browse("ada"), ring("ada", "First")
    ring("ada", "Second")
    ada.post("/notifications/read", data={"up_to": shown})
    assert titles(ada.get("/notifications?unread=yes").text) == ["Second"]


def test_notices_of_others_are_not_there(browse, ring):
    notice, bob = ring("ada", "First"), browse("bob")
    answers = [bob.post(f"/notifications/{notice}/{act}").status_code for act in ("open", "read")]
    answers += [bob.patch(f"/api/v1/notices/{notice}", json={"read": True}).status_code]
    assert answers == [404, 404, 404]


def test_pages_are_for_who_is_signed_in_and_nothing_changes_by_get(site, browse, ring):
    stranger, notice = site.test_client(), ring("ada", "First")
    assert [stranger.get(page).status_code for page in ("/notifications", "/account/notifications")] == [303, 303]
    assert [stranger.get(page).status_code for page in ("/api/v1/notices", "/api/v1/preferences")] == [401, 401]
    assert [browse("ada").get(f"/notifications/{notice}/{act}").status_code for act in ("open", "read")] == [405, 405]


def chosen(client):
    told = client.get("/api/v1/preferences").json
    return {one["kind"]: one["chosen"] for one in told["channels"] if not one["always"]}


def test_channels_are_ticked_and_what_was_not_shown_stays(browse):
    ada = browse("ada")
    assert chosen(ada) == USUAL
    page = ada.get("/account/notifications").text
    assert re.findall(r'name="choice" value="([^"]*)"[^>]*checked', page) == [
        "contact_delivered.bell", "contact_delivered.mail", "task_done.bell", "post_published.bell",
        "post_commented.bell", "post_commented.mail", "message_waits.bell", "message_waits.mail",
    ]  # fmt: skip
    ticked = ["task_done.bell", "task_done.mail", "nothing.mail", "contact_delivered.nothing"]
    answer = ada.post("/account/notifications", data={"choice": ticked, "shown": ["bell", "mail"]})
    now = {"contact_delivered": ["push"], "task_done": ["bell", "mail"], "message_waits": ["push"]}
    now |= {"post_published": [], "post_commented": ["push"]}
    assert (answer.status_code, chosen(ada)) == (303, now)


def test_admin_chooses_of_more_and_what_is_urgent_always_comes(browse):
    told = browse("admin").get("/api/v1/preferences").json["channels"]
    assert {one["kind"] for one in told if one["always"]} >= {"task_died", "spending_capped"}
    assert "daily_report" in chosen(browse("admin"))


def test_quiet_hours_are_kept_refused_and_taken_away(browse):
    ada = browse("ada")
    place = "/account/notifications/quiet"
    assert ada.post(place, data={"quiet_from": "22:00", "quiet_until": "07:00"}).status_code == 303
    assert ada.get("/api/v1/preferences").json["quiet_hours"] == {"starts": "22:00", "ends": "07:00"}
    wrong = ada.post(place, data={"quiet_from": "22:00", "quiet_until": "22:00"})
    assert (wrong.status_code, "Both times are the same." in wrong.text) == (422, True)
    assert ada.post(place, data={"off": "yes"}).status_code == 303
    assert ada.get("/api/v1/preferences").json["quiet_hours"] is None


def test_phone_is_confirmed_by_the_code_that_was_sent(browse, app):
    ada, place = browse("ada"), "/account/notifications/phone"
    assert ada.post(place, data={"phone": "12"}).status_code == 422
    assert ada.post(place, data={"phone": "+44 20 7946 0018"}).status_code == 303
    assert ada.post(f"{place}/code", data={"code": "x"}).status_code == 422
    with app.uow.reading():
        code = app.codes.code(app.reaches.last_proof(app.users.by_email("ada@example.com").id))
    assert ada.post(f"{place}/code", data={"code": code}).status_code == 303
    told = ada.get("/api/v1/preferences").json
    assert (told["phone"], told["reachable"]) == ("+442079460018", ["bell", "call", "mail", "sms"])
    assert 'value="task_done.sms"' in ada.get("/account/notifications").text
    assert [ada.post(f"{place}/remove").status_code for _ in range(2)] == [303, 422]


def test_code_is_sent_by_sms_and_kept_nowhere(browse, app, drain_queue):
    browse("ada").post("/account/notifications/phone", data={"phone": "+44 20 7946 0018"})
    drain_queue(app, "mail")
    with app.uow.reading():
        proof = app.reaches.last_proof(app.users.by_email("ada@example.com").id)
        tasks = [task for task in app.ledger.recent(5) if task.name == "notices.send-code"]
    code = app.codes.code(proof)
    assert [(task.state, code in str(task.payload)) for task in tasks] == [("done", False)]
    assert code not in str(vars(proof))


def test_more_codes_than_enough_are_refused(browse):
    ada = browse("ada")
    sent = [ada.post("/account/notifications/phone", data={"phone": "+442079460018"}) for _ in range(4)]
    assert [answer.status_code for answer in sent] == [303, 303, 303, 429]


def test_way_out_of_mails_needs_its_key_and_no_cookie(app, site, browse):
    with app.uow.reading():
        user = app.users.by_email("ada@example.com").id
    site.config["WTF_CSRF_ENABLED"] = True
    stranger, key = site.test_client(), app.links.sign(f"{user} contact_delivered")
    place = f"/notifications/off/{user}/contact_delivered"
    asked = stranger.get(f"{place}/{key}")
    assert (asked.status_code, stranger.get(f"{place}/wrong").status_code) == (200, 404)
    assert stranger.post(f"/notifications/off/{user}/task_done/{key}").status_code == 404
    assert stranger.post(f"{place}/{key}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    site.config["WTF_CSRF_ENABLED"] = False
    assert chosen(browse("ada")) == {**USUAL, "contact_delivered": ["bell", "push"]}


def test_forms_need_their_token(browse, site, ring):
    ada, notice = browse("ada"), ring("ada", "First")
    site.config["WTF_CSRF_ENABLED"] = True
    places = (f"/notifications/{notice}/open", "/notifications/read", "/account/notifications",
              "/account/notifications/quiet", "/account/notifications/phone")  # fmt: skip
    assert [ada.post(place).status_code for place in places] == [400] * 5


def test_api_lists_counts_and_reads(browse, ring):
    ada = browse("ada")
    for number in range(3):
        ring("ada", f"No. {number}")
    first = ada.get("/api/v1/notices?limit=2").json
    second = ada.get(f"/api/v1/notices?limit=2&cursor={first['next']}").json
    listed = [[one["title"] for one in page["notices"]] for page in (first, second)]
    assert (listed, second["next"]) == ([["No. 2", "No. 1"], ["No. 0"]], None)
    assert ada.get("/api/v1/notices/count").json == {"unread": 3}
    read = ada.patch(f"/api/v1/notices/{first['notices'][0]['id']}", json={"read": True}).json
    assert read["read_at"] is not None
    assert [one["title"] for one in ada.get("/api/v1/notices?unread=true").json["notices"]] == ["No. 1", "No. 0"]
    assert ada.patch("/api/v1/notices", json={"read": True}).json == {"unread": 0}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channels": {"task_died": ["bell"]}}, "task_died"), ({"channels": {"task_done": ["fax"]}}, "task_done"),
        ({"quiet_hours": {"starts": "22:00", "ends": "x"}}, "quiet_until"), ({"channels": []}, "channels"),
        ({"colour": "red"}, "colour"), ({"quiet_hours": {"starts": "22:00"}}, "quiet_hours.ends"),
    ],
)  # fmt: skip
def test_preferences_that_cannot_be_are_refused_whole(browse, body, field):
    ada = browse("ada")
    answer = ada.put("/api/v1/preferences", json={"channels": {}, **body})
    assert (answer.status_code, list(answer.json["errors"]), chosen(ada)) == (422, [field], USUAL)


def test_preferences_are_changed_and_the_rest_stays(browse):
    ada = browse("ada")
    ada.put("/api/v1/preferences", json={"quiet_hours": {"starts": "22:00", "ends": "07:00"}})
    told = ada.put("/api/v1/preferences", json={"channels": {"task_done": ["sms"]}}).json
    assert told["quiet_hours"] == {"starts": "22:00", "ends": "07:00"}
    assert chosen(ada) == {**USUAL, "task_done": ["sms"]}


@pytest.mark.parametrize("asked", ["limit=0", "limit=101", "limit=x", "limit=%C2%B2", "cursor=x", "cursor=%00"])
def test_bad_questions_are_refused(browse, asked):
    assert browse("ada").get(f"/api/v1/notices?{asked}").status_code == 422


def test_bell_rings_for_a_task_that_its_page_was_asked_to_tell_of(browse, app, drain_queue):
    ada = browse("ada")
    sent = ada.post(
        "/api/v1/contact-messages", json={"name": "A", "email": "x@example.com", "subject": "S", "message": "M"}
    )
    page = sent.json["page_url"]
    assert "Ring my bell" in ada.get(f"{page}&tell=yes").text
    asked = ada.post(page.replace("?", "/watches?"), data={"bell": "yes"})
    assert (asked.status_code, "asked=yes" in asked.location) == (303, True)
    drain_queue(app, "mail")
    with app.uow.transaction():
        app.watch_desk.notice()
    drain_queue(app, "mail")
    assert titles(ada.get("/notifications").text) == ["Your message: it is done"]


def test_contact_form_knows_who_is_signed_in(browse, site):
    page = browse("ada").get("/contact").text
    assert ('value="Ada"' in page, 'value="ada@example.com"' in page) == (True, True)
    assert 'value="ada@example.com"' not in site.test_client().get("/contact").text
