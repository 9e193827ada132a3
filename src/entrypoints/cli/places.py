"""`flask places …`: places from a terminal; finding them is a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import NotFound
from core.domain.places import FARTHEST, Place, Point
from entrypoints.cli.talk import app, print_rows

MOST = 50
PATIENCE = 20.0
SEEDS = {
    "Deutsches Museum": "Museumsinsel 1, München", "Technisches Museum": "Mariahilfer Straße 212, Wien",
    "Science Museum": "Exhibition Road, London", "Musée des Arts et Métiers": "60 Rue Réaumur, Paris",
    "Teknisk Museum": "Kjelsåsveien 143, Oslo", "Tekniska museet": "Museivägen 7, Stockholm",
    "Internationales Maritimes Museum": "Koreastraße 1, Hamburg", "Miniatur Wunderland": "Kehrwieder 2, Hamburg",
    "Deutsches Technikmuseum": "Trebbiner Straße 9, Berlin", "Verkehrsmuseum": "Augustusstraße 1, Dresden",
    "Museum für Kommunikation": "Helvetiastrasse 16, Bern", "Museo della Scienza": "Via San Vittore 21, Milano",
    "NEMO": "Oosterdok 2, Amsterdam", "Cosmocaixa": "Carrer d'Isaac Newton 26, Barcelona",
    "Computer History Museum": "1401 N Shoreline Boulevard, San Jose", "Intrepid": "Pier 86, New York",
    "Museum of Science and Industry": "Lake Shore Drive, Chicago", "Museu do Amanhã": "Praça Mauá 1, Rio de Janeiro",
    "Powerhouse": "500 Harris Street, Sydney", "MOTAT": "805 Great North Road, Auckland",
    "Fiji Museum": "Thurston Gardens, Suva", "Miraikan": "2-3-6 Aomi, Tokyo", "Nehru Science Centre": "Worli, Mumbai",
    "Svalbard Museum": "Vei 231-1, Longyearbyen", "The Engine that nobody found": "Qwrtz 1, Xyzzyx",
}  # fmt: skip
"""Museums of engines, and one address that nobody knows. The sandbox puts each near the middle of its town."""


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
    with app().uow.transaction():
        there = {place.name for place in app().places.newest(1000)}
        added = [app().place_desk.add(name=name, address=SEEDS[name]) for name in SEEDS if name not in there]
    click.echo(f"{len(added)} places are kept, and a worker finds them. Look: {app().settings.base_url}/places")


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
