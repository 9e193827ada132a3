"""A visitor looks for what is near an address and sees it on the map."""

from typing import Any

import pytest
import requests

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until


def test_place_is_found_by_its_address_and_seen_on_the_map(page: Any, site: Any) -> None:
    made = requests.post(f"{site.address}/api/v1/places", json={"name": "Fram", "address": "Bygdøynesveien 39, Oslo"},
                         timeout=10).json()  # fmt: skip
    until(lambda: requests.get(f"{site.address}{made['status_url']}", timeout=10).json()["state"] == "done",
          seconds=20, what="the place to be found")  # fmt: skip
    page.goto("/places")
    page.get_by_label("Near an address").fill("Karl Johans gate 1, Oslo")
    page.get_by_role("button", name="Find").click()
    nearest = page.get_by_role("listitem").filter(has_text="Bygdøynesveien 39, Oslo")
    expect(nearest).to_contain_text(" km" if "km" in nearest.inner_text() else " m")
    expect(page.locator("#map path.coast").first).to_be_attached()
    nearest.get_by_role("button", name="Show on the map").click()
    bubble = page.locator(".leaflet-popup-content")
    expect(bubble).to_contain_text("Fram")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 59.9, "longitude": 10.7})
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_text("Measured from the position your browser told.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Fram")).to_be_visible()
