"""`flask places …`: places from a terminal; finding them is a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import NotFound
from core.domain.places import FARTHEST, Place, Point
from entrypoints.cli.talk import app, print_rows
from entrypoints.seed.places import plant

MOST = 50
PATIENCE = 20.0


@click.group("places")
def commands() -> None:
    """Places by their address. Example: flask places near "Hamburg" """


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_places(as_json: bool) -> None:
    """List the newest places. Example: flask places list --json"""
    with app().uow.reading():
        found = app().places.newest(MOST)
    print_rows([_row(place) for place in found], as_json=as_json)


@commands.command()
@click.argument("name")
@click.argument("address")
def add(name: str, address: str) -> None:
    """Add a place by its address. Example: flask places add "Town hall" "Rathausmarkt 1, Hamburg" """
    with app().uow.transaction():
        place, task = app().place_desk.add(name=name, address=address)
        app().audit.note("created", "place", place.id, label=str(place))
    click.echo(f"Place {place.id} is kept. How finding it is getting on: flask tasks show {task.id}")


@commands.command()
@click.argument("address")
@click.option("--radius", default=FARTHEST / 1000, help="Kilometres; anywhere when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def near(address: str, radius: float, as_json: bool) -> None:
    """List places near an address, nearest first. Example: flask places near "Hamburg" --radius 300"""
    here = _point(address)
    with app().uow.reading():
        found = app().vicinity.near(here, radius * 1000, MOST)
    print_rows([{**_row(one.place), "km": f"{one.metres / 1000:.1f}"} for one in found], as_json=as_json)


@commands.command()
def seed() -> None:
    """Add some places to look at; those that are there already stay as they are. Example: flask places seed"""
    click.echo(plant(app()) or f"All of them are there already. Look: {app().settings.base_url}/places")


def _point(address: str) -> Point:
    with within(PATIENCE):
        spots: Sequence[Any] = app().atlas.locate(address)
    if not spots:
        raise NotFound(f"Nobody knows {address!r}. Write it as a street and a town, or only a town.")
    click.echo(f"Measured from {spots[0].label} (found by {spots[0].source}).", err=True)
    return Point(latitude=spots[0].latitude, longitude=spots[0].longitude)


def _row(place: Place) -> dict[str, Any]:
    fields = ("id", "name", "address", "state", "source", "latitude", "longitude")
    return {field: getattr(place, field) for field in fields}
