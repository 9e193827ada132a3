"""Two kinds that belong together, as any module would bring them: workshops, and the tools in them, kept by users."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, UniqueConstraint
from tests.admin.browser import Browser

from adapters.db.mapping import mapper
from adapters.db.tables import metadata
from adapters.db.types import Instant, key
from core.domain.kernel import rules
from core.domain.records import Record
from entrypoints.admin import make_admin
from entrypoints.web import make_web


@dataclass(eq=False, kw_only=True)
class Workshop:
    """A place with tools in it."""

    id: str
    title: str
    created_at: datetime

    def check(self):
        listed = rules.Checklist()
        self.title = listed.take("title", rules.one_line, self.title, "The title", 100) or ""
        listed.close()

    def __str__(self):
        return self.title


@dataclass(eq=False, kw_only=True)
class Tool:
    """A tool, in a workshop or none, with somebody who keeps it or nobody."""

    id: str
    label: str
    sharp: bool = False
    workshop_id: str | None = None
    keeper_id: str | None = None
    created_at: datetime

    def check(self):
        listed = rules.Checklist()
        self.label = listed.take("label", rules.one_line, self.label, "The label", 20) or ""
        listed.close()

    def __str__(self):
        return self.label


def workshops(**more):
    return Record(
        Workshop, "workshop", ("title",), search=("title",), editable=("title",), prefix="wrk", deletable=True, **more
    )


def tools(**more):
    return Record(
        Tool, "tool", ("label", "workshop_id", "keeper_id"), filters=("workshop_id", "keeper_id", "label"),
        editable=("label", "sharp", "workshop_id", "keeper_id"), prefix="tol", deletable=True,
        refers={"workshop_id": "workshop", "keeper_id": "user"},
        hints={"label": "As it is engraved."}, **more,
    )  # fmt: skip


WORKSHOPS = Table(
    "workshops_of_tests", metadata, Column("id", key(), primary_key=True), Column("title", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
)  # fmt: skip
TOOLS = Table(
    "tools_of_tests", metadata, Column("id", key(), primary_key=True), Column("label", String(20), nullable=False),
    Column("sharp", Boolean, nullable=False), Column("workshop_id", key(), ForeignKey("workshops_of_tests.id")),
    Column("keeper_id", key()), Column("created_at", Instant, nullable=False), UniqueConstraint("label"),
)  # fmt: skip


def open_panel(app, *declared):
    """A site whose panel has these kinds as well; a function that signs in to it."""
    map_once()
    with app.uow.engine.begin() as connection:
        WORKSHOPS.create(connection)
        TOOLS.create(connection)
    site = make_web(app)
    app.declared.update({kind.slug: kind for kind in declared})
    make_admin(app, site)

    def sign_in(email="admin@example.com"):
        made = Browser(site)
        made.sign_in(email)
        made.get("/admin/")
        return made

    return sign_in


def map_once():
    """Lay both classes over their tables, unless another test did."""
    if Tool in {mapped.class_ for mapped in mapper.mappers}:
        return
    mapper.map_imperatively(Workshop, WORKSHOPS)
    mapper.map_imperatively(Tool, TOOLS)


for table in (TOOLS, WORKSHOPS):
    metadata.remove(table)
