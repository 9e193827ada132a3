"""What Prometheus reads: each gauge once, as it is now, whatever was answered before."""

from __future__ import annotations

import pytest

from entrypoints.web import make_web


@pytest.fixture
def scrape(app):
    """Ask for the figures: `scrape()` returns the page."""
    client = make_web(app).test_client()
    return lambda: client.get("/metrics").text


def gauges(page):
    """Every gauge of a page, by name and labels: all values that stand there for it."""
    from prometheus_client.parser import text_string_to_metric_families  # not before a site says where it counts

    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples if family.type == "gauge" else ():
            found.setdefault((sample.name, *sorted(sample.labels.items())), []).append(sample.value)
    return found


def test_each_gauge_stands_there_once_with_its_present_value(app, scrape):
    scrape()
    with app.uow.transaction():
        queue = app.outbox.enqueue("tasks.clean-up", {}).queue
    page = scrape()
    found = gauges(page)
    assert {len(values) for values in found.values()} == {1}
    assert found["enginebay_tasks", ("queue", queue), ("state", "ready")] == [1.0]
    assert found["enginebay_database_up",] == [1.0]
    assert {name: page.count(f"# TYPE {name} gauge") for name in {key[0] for key in found}} == {
        "enginebay_database_up": 1, "enginebay_tasks": 1, "enginebay_oldest_waiting_seconds": 1,
    }  # fmt: skip
