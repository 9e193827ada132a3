"""The inbox page: every channel, search, clear, one deleted, JSON, and vendors that are made to fail and heal."""

import pytest

from adapters.sandbox.push import SandboxPush
from core.ports.mail import Letter
from core.ports.phone import SpokenMessage, TextMessage
from core.ports.push import Device, Notice


@pytest.fixture
def sent(app):
    """One message of each channel, by the app's own ports; returns their ids by channel."""
    app.mail.send(Letter(to="ada@example.com", subject="Engines", text="Weaving", html="<p>Weaving</p>"), key="a")
    app.sms.send(TextMessage(to="+14155550123", text="Your code is ł12"), key="b")
    app.calls.call(SpokenMessage(to="+491701234567", text="Guten Tag", language="de-DE"), key="c")
    device = Device(kind="web", address="https://push.example.com/x")
    push = SandboxPush(app.inbox, app.orders, "sandbox")
    push.send(Notice(title="Done", text="It is sent", link="https://example.com/t"), device, key="d")
    return {one["channel"]: one["id"] for one in app.inbox.messages()}


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("mail", ["Engines", "iframe", "sandbox: sent"]),
        ("sms", ["Your code is ł12", "1 part, UCS-2", "by sandbox"]),
        ("calls", ["Spoken in de-DE", '<blockquote lang="de-DE">Guten Tag']),
        ("push", ["Done", "It is sent", 'href="https://example.com/t"', "browser"]),
    ],
)
def test_message_is_shown_as_its_channel_shows_it(client, sent, channel, says):
    shown = page(client, f"/dev/inbox/{sent[channel]}")
    assert [word for word in says if word not in shown] == []


def test_tabs_count_and_choose_a_channel(client, sent):
    shown = page(client, "/dev/inbox?channel=sms")
    assert ("Your code" in shown, "Engines" in shown, 'All <span class="count">4</span>' in shown) == (
        True,
        False,
        True,
    )
    told = client.get("/dev/inbox.json?channel=calls").json
    assert [one["text"] for one in told["messages"]] == ["Guten Tag"]
    assert told["counts"] == {"mail": 1, "sms": 1, "calls": 1, "push": 1}


def test_list_and_counts_are_fetched_again_by_themselves(client, sent):
    live = page(client, "/dev/inbox/list?channel=sms&q=code")
    assert ("Your code" in live, 'id="channels"' in live, "hx-swap-oob" in live) == (True, True, True)
    assert "hx-swap-oob" not in page(client, "/dev/inbox")


def test_phone_width_and_source_are_there_for_html_only(app, client, sent):
    assert 'class="letter narrow"' in page(client, f"/dev/inbox/{sent['mail']}?tab=phone")
    app.mail.send(Letter(to="ada@example.com", subject="Plain", text="Plain"), key="e")
    plain = page(client, f"/dev/inbox/{app.inbox.messages()[0]['id']}?tab=phone")
    assert ("iframe" in plain, "tab=source" in plain) == (False, False)


def test_one_is_deleted_and_a_channel_cleared(client, app, site, sent):
    site.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"/dev/inbox/{sent['push']}/delete").location == "/dev/inbox"
    assert client.get(f"/dev/inbox/{sent['push']}").status_code == 404
    client.post("/dev/inbox/clear", data={"channel": "sms"})
    assert app.inbox.counts() == {"mail": 1, "sms": 0, "calls": 1, "push": 0}
    client.post("/dev/inbox/clear")
    assert app.inbox.messages() == []


def test_vendor_is_made_to_fail_and_healed_on_the_page(client, app, site, sent):
    site.config["WTF_CSRF_ENABLED"] = False
    client.post("/dev/inbox/fail", data={"vendor": "sms:sandbox", "span": "2m", "rate": "0.3", "slow": ""})
    assert "sms:sandbox</strong> fails 30% of the time until" in page(client, "/dev/inbox")
    client.post("/dev/inbox/heal", data={"vendor": "sms:sandbox"})
    assert (app.orders.standing(), "fails 30%" in page(client, "/dev/inbox")) == ({}, False)
    assert client.post("/dev/inbox/fail", data={"vendor": "sms:twilio", "span": "2m"}).status_code == 422


def test_addresses_for_tests_are_told(client):
    assert "+15005550001" in page(client, "/dev/inbox")


def test_nothing_changes_without_a_token(client, sent):
    for path in ("clear", f"{sent['sms']}/delete", "fail", "heal"):
        assert client.post(f"/dev/inbox/{path}").status_code == 400
