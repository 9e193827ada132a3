"""Places as records, and a line on the page of every record that carries one."""

from collections.abc import Iterator

from core.domain.places import Place, State
from core.domain.records import Action, Record, Related
from core.ports.records import Row
from entrypoints.container import App
from entrypoints.records import kinds_for


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (_places(app),)


def related(app: App, kind: str, key: str) -> Iterator[Related]:
    """The places that a record carries."""
    for place in app.places.of(kind, key):
        where = place.label or place.address
        yield Related(label="Place", name=place.name, kind="place", key=place.id, state=place.state, sentence=where)


def _places(app: App) -> Record:
    return Record(
        Place, "place", ("name", "address", "state", "source", "created_at"), search=("name", "address"),
        filters=("created_at", "state", "source", "kind", "record_id"), editable=("name", "address"),
        asked=("name", "address", "kind", "record_id"), choices={"state": tuple(str(state) for state in State)},
        labels={"label": "Found as, or why not", "source": "Found by", "kind": "Belongs to a", "record_id": "Its key"},
        hints={
            "address": "A street and a town, or a town. When it is changed, the place is looked for again.",
            "kind": "The name of a kind of record, like user; empty for a place of its own, which the site shows.",
            "record_id": "The key of that record, like usr_….",
        },
        make=lambda values, by: app.place_desk.add(**values)[0], deletable=True,
        changing=lambda before, after, by: app.place_desk.changing(before, after),
        restoring=lambda place, by: app.place_desk.restoring(place),
        actions={
            "looked for again": Action(
                label="Look for it again", run=lambda key, by: app.place_desk.find_again(key),
                fits=lambda row: row["state"] != State.WAITING,
            ),
        },
        only=lambda role: {"kind": ("", *kinds_for(app, role))}, related=_of_place, on_site=_on_site,
        empty="Add one here, or with: flask places add",
        about="Where things are. unknown: nobody knows the address. failed: nobody could be asked; look for it again.",
    )  # fmt: skip


def _of_place(row: Row) -> Iterator[Related]:
    if row["kind"]:
        yield Related(
            label="Belongs to", name=f"{row['kind']} {row['record_id']}", kind=row["kind"], key=row["record_id"]
        )


def _on_site(row: Row) -> str:
    return (
        f"/places?lat={row['latitude']}&lng={row['longitude']}"
        if row["state"] == State.FOUND and not row["kind"]
        else ""
    )
