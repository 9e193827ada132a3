"""A further record type costs one declaration of at most ten lines; this one is walked from list to export."""

import inspect
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Integer, String, Table, Text
from tests.admin.browser import Browser

from adapters.db.mapping import mapper
from adapters.db.tables import metadata
from adapters.db.types import Instant, Json, key
from core.domain.kernel import rules
from core.domain.records import Record
from entrypoints.admin import make_admin
from entrypoints.web import make_web


@dataclass(eq=False, kw_only=True)
class Machine:
    """An entity as any module would bring one, with a field of every kind."""

    id: str
    title: str
    kind: str = "steam"
    power: int | None = None
    running: bool = False
    built_at: datetime | None = None
    notes: str = ""
    plan: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    def check(self):
        listed = rules.Checklist()
        self.title = listed.take("title", rules.one_line, self.title, "The title", 100) or ""
        listed.close()


def declaration():
    return Record(
        Machine, "machine", ("title", "kind", "power", "running", "built_at"),
        search=("title", "notes"), filters=("kind", "running", "built_at", "power"),
        editable=("title", "kind", "power", "running", "built_at", "notes", "plan"),
        long=("notes",), choices={"kind": ("steam", "water")}, prefix="mac", deletable=True,
        on_site=lambda row: f"/machines/{row['id']}",
    )  # fmt: skip


machines = Table(
    "machines_of_tests", metadata, Column("id", key(), primary_key=True), Column("title", String(100), nullable=False),
    Column("kind", String(20), nullable=False), Column("power", Integer), Column("running", Boolean, nullable=False),
    Column("built_at", Instant), Column("notes", Text, nullable=False), Column("plan", Json, nullable=False),
    Column("created_at", Instant, nullable=False), Column("updated_at", Instant, nullable=False),
)  # fmt: skip
metadata.remove(machines)
FORM = {"title": "Pump", "kind": "water", "power": "12", "running": "yes",
        "built_at": "1799-05-01T10:30", "notes": "a\r\nb",
        "plan": '{"wheels": 2}'}  # fmt: skip


@pytest.fixture
def browser(app):
    if Machine not in {mapped.class_ for mapped in mapper.mappers}:
        mapper.map_imperatively(Machine, machines)
    with app.uow.engine.begin() as connection:
        machines.create(connection)
    site = make_web(app)
    app.declared["machines"] = declaration()
    make_admin(app, site)
    made = Browser(site)
    made.sign_in()
    return made


def test_declaration_has_at_most_ten_lines():
    lines = inspect.getsource(declaration).splitlines()[1:]
    assert len(lines) <= 10


def test_further_record_is_made_listed_read_changed_exported_and_deleted(app, browser, drain_queue):
    assert "Machines" in browser.get("/admin/").text
    browser.get("/admin/machines/new/")
    made = browser.post("/admin/machines/new/", FORM)
    assert made.status_code == 303
    key = made.location.split("=")[1]

    assert key in browser.get("/admin/machines/?search=PUMP&kind.is=water&running.is=yes&power.from=12").text
    assert key not in browser.get("/admin/machines/?built_at.exists=no").text
    shown = browser.get(made.location).text
    for words in ("1 May 1799, 10:30:00", "&#34;wheels&#34;: 2", ">12<", "Yes"):
        assert words in shown

    assert f'href="/machines/{key}">View on site' in shown

    form = browser.get(f"/admin/machines/edit/?id={key}").text
    assert 'value="1799-05-01T10:30:00"' in form
    seen = re.search(r'name="seen" value="([^"]+)"', form).group(1)
    changed = {**FORM, "id": key, "seen": seen, "power": "", "title": "Pump of 1799"}
    assert browser.post("/admin/machines/edit/", changed).status_code == 303
    assert '<td>12</td><td><span class="none">–</span></td>' in browser.get(made.location).text

    browser.post("/admin/machines/export/")
    drain_queue(app, "exports")
    address = re.search(r'href="(/admin/exports/file/[^"]+)"', browser.get("/admin/exports/").text).group(1)
    exported = browser.get(address).text.splitlines()
    assert exported[0] == "\ufeffid,title,kind,power,running,built_at,notes,plan,created_at,updated_at"
    assert ',Pump of 1799,water,,yes,1799-05-01T10:30:00+00:00,"a' in exported[1]

    browser.get(f"/admin/machines/delete/?id={key}")
    browser.post("/admin/machines/delete/", {"id": key, "sure": "yes"})
    assert key not in browser.get("/admin/machines/").text


@pytest.mark.parametrize(
    ("field", "typed"),
    [("title", ""), ("kind", "wind"), ("power", "much"), ("running", "perhaps"), ("built_at", "once"), ("plan", "{"),
     ("plan", "[" * 5000), ("plan", '"text"'), ("plan", '{"a": "\\ud800"}'), ("plan", "NaN"), ("power", "1" * 30)],
)  # fmt: skip
def test_further_record_with_a_mistake_names_the_field(browser, field, typed):
    browser.get("/admin/machines/new/")
    answer = browser.post("/admin/machines/new/", {**FORM, field: typed})
    assert answer.status_code == 422
    assert f'id="w-{field}"' in answer.text
    assert "There is no machine yet" in browser.get("/admin/machines/").text


@pytest.mark.parametrize("order", ["title", "-power", "running", "-running", "built_at", "kind"])
def test_further_record_is_sorted_by_every_column(browser, order):
    browser.get("/admin/machines/new/")
    for number in range(3):
        browser.post(
            "/admin/machines/new/", {**FORM, "title": f"M{number}", "power": "" if number == 1 else str(number)}
        )
    page = browser.get(f"/admin/machines/?sort={order}")
    assert page.text.count('name="rowid"') == 3


def test_declaration_of_an_unknown_field_is_refused():
    with pytest.raises(ValueError, match="Machine has no field colour"):
        Record(Machine, "machine", ("colour",))
