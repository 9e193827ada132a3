"""Messages in the panel: who, when and how many; a text is read by an act with a reason, and is nowhere else."""

import pytest
from sqlalchemy import text

CANARY = "zqxcanary"
LISTS = (
    "/admin/direct-messages/", "/admin/conversations/", "/admin/reports/", "/admin/audit-entries/", "/admin/tasks/",
    "/admin/notices/", "/admin/deliveries/", "/admin/users/",
)  # fmt: skip


@pytest.fixture
def begun(app, people):
    """Staff wrote to a member, and the member reported it."""
    with app.uow.transaction():
        made = app.conversation_desk.start(people["staff"], [people["member"].username], f"Hello {CANARY}")
        app.report_desk.report("direct-messages", made.message.id, by=people["member"].id, reason="spam", words="Look.")
        app.message_desk.edit(made.message, f"Hello again {CANARY}")
    return made


def rows(app, table):
    with app.uow.reading():
        return str(app.uow.connection.execute(text(f"SELECT * FROM {table}")).all())


def do(browser, verb, key, **typed):
    browser.get(LISTS[0])
    form = {"action": verb, "rowid": key, "alone": "yes", **typed}
    return browser.post(f"{LISTS[0]}action/", form)


def test_no_text_is_in_any_list_record_search_export_or_history(app, browser, begun, exported, drain_queue):
    drain_queue(app, "mail")
    key, here = begun.message.id, begun.conversation.id
    places = [*LISTS, *(f"{place}?search={CANARY}" for place in LISTS[2:4]), f"{LISTS[0]}details/?id={key}",
              f"{LISTS[1]}details/?id={here}", f"/admin/find/?q={key}",
              f"{LISTS[0]}?conversation_id.is={here}"]  # fmt: skip
    pages = {place: browser.get(place) for place in places}
    assert {place for place, page in pages.items() if page.status_code != 200} == set()
    shown = {place for place, page in pages.items() if CANARY in page.text.replace(f"search={CANARY}", "")
             .replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "")}  # fmt: skip
    assert (shown, begun.message.id in pages[LISTS[0]].text) == (set(), True)
    assert [CANARY in exported(browser, place) for place in LISTS[:4]] == [False] * 4
    tables = ("audit_entries", "tasks", "notices", "deliveries", "deleted_records")
    assert [table for table in tables if CANARY in rows(app, table)] == []


def test_text_is_read_for_a_reason_that_the_audit_keeps(app, browser, begun, acts):
    key = begun.message.id
    asked = do(browser, "read the text", key)
    assert (CANARY in asked.text, 'name="reason"' in asked.text) == (False, True)
    without = do(browser, "read the text", key, sure="yes", reason=" ")
    assert (CANARY in without.text, [act for act in acts() if act["kind"] == "direct message"]) == (False, [])
    shown = do(browser, "read the text", key, sure="yes", reason="A threat was reported.")
    assert (shown.status_code, f"Hello again {CANARY}" in shown.text) == (200, True)
    (act,) = [act for act in acts() if act["kind"] == "direct message"]
    assert (act["action"], act["actor_name"].startswith("Administrator")) == ("read the text", True)
    assert act["changes"] == {"reason": {"before": None, "after": "A threat was reported."}}
    assert CANARY not in str(acts()) + browser.get(f"{LISTS[0]}details/?id={key}").text


def test_message_is_hidden_and_restored(app, browser, begun, people):
    key = begun.message.id
    do(browser, "hidden", key, sure="yes", reason="Spam.")
    with app.uow.reading():
        assert app.direct_messages.find(key).state == "hidden"
    do(browser, "restored", key)
    with app.uow.reading():
        assert app.direct_messages.find(key).state == "there"


def test_upheld_report_hides_the_message(app, browser, begun, drain_queue):
    with app.uow.reading():
        page = browser.get("/admin/reports/").text
    key = page.partition("details/?id=rpt_")[2][:26]
    browser.post("/admin/reports/action/", {"action": "upheld", "rowid": f"rpt_{key}", "sure": "yes", "note": ""})
    drain_queue(app, "upkeep")
    with app.uow.reading():
        assert app.direct_messages.find(begun.message.id).state == "hidden"


@pytest.mark.parametrize("role", ["staff", "member"])
def test_lists_are_for_administrators(stranger, people, begun, role):
    stranger.sign_in(f"{role}@example.org")
    assert [stranger.get(place).status_code for place in LISTS[:2]] == [403, 403]


def test_who_is_in_a_conversation_is_told(browser, begun, people):
    page = browser.get(f"{LISTS[1]}details/?id={begun.conversation.id}").text
    assert ["Member &lt;" in page, f"id={people['staff'].id}" in page] == [True, True]
