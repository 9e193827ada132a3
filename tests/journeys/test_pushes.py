"""A browser that takes pushes: what its worker shows when one arrives, and what the page says before."""

import json
from typing import Any

import pytest

pytest.importorskip("playwright")

from tests.journeys.conftest import until

START = """async (file) => {
  const made = await navigator.serviceWorker.register(file), coming = made.installing || made.waiting;
  if (!made.active) await new Promise((done) =>
    coming.addEventListener("statechange", () => coming.state === "activated" && done()));
}"""
SHOWN = """async (file) => (await (await navigator.serviceWorker.getRegistration(file)).getNotifications())
  .map((shown) => [shown.title, shown.body, shown.data.link])"""


def test_push_that_comes_twice_is_shown_once(chromium: Any, site: Any) -> None:
    """The browser's own push service is another house; the push is delivered to the worker as Chromium would."""
    context = chromium.new_context(base_url=site.address, permissions=["notifications"])
    page, known = context.new_page(), []
    page.goto("/devices")
    page.get_by_text("This browser is not signed up.").wait_for()
    tools = context.new_cdp_session(page)
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    file = page.get_attribute("#push", "data-worker")
    page.evaluate(START, file)
    until(lambda: page.evaluate("1") and known, seconds=5, what="the worker to be known")
    told = json.dumps({"title": "It works", "text": "Grüße", "link": "/rates", "tag": "tsk_1"})
    for _ in range(2):
        push = {"origin": site.address, "registrationId": known[0]["registrationId"], "data": told}
        tools.send("ServiceWorker.deliverPushMessage", push)
    until(lambda: page.evaluate(SHOWN, file), seconds=5, what="the push to be shown")
    assert page.evaluate(SHOWN, file) == [["It works", "Grüße", "/rates"]]
    context.close()
