"""The page `/places`: a list by distance and a map beside it; without JavaScript it is a form and the list."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _

from core.domain.kernel.errors import Invalid, Rejected, TooMany, Unavailable
from core.domain.kernel.ids import is_id
from core.domain.places import FARTHEST, Nearby, Place
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_, exact, number
from entrypoints.web.edge import policy_for
from entrypoints.web.errors import AWAY_FOR
from entrypoints.web.home import Door
from entrypoints.web.places.here import Here, mark_of, of_network, read_mark, where
from entrypoints.web.visitors import count

DOOR = Door("/places", N_("Places"), N_("A list and a map: find what is near an address, or near you."))
MOST = 20
RADII = (10, 50, 250, 1000, 0)
"""Kilometres that the form offers; nought is anywhere."""
USUAL = 250
STATES = {
    "waiting": N_("being looked for"),
    "unknown": N_("nobody knows this address"),
    "failed": N_("not found yet: nobody could be asked"),
}


@dataclass(kw_only=True)
class View:
    """What the page shows: what was asked, from where it is measured, and a sentence where that is not known."""

    here: Here | None = None
    sentence: str = ""
    found: list[Nearby] | None = None
    places: list[Place] | None = None
    onward: str = ""
    status: int = 200
    wait: int = 0


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of `/places`. Whoever knows addresses is loaded with it, not by the first who asks."""
    app.atlas, app.geolocation  # noqa: B018 – an app builds what is named
    pages = Blueprint("places", __name__)

    @pages.get("/places")
    @policies.anyone
    def show() -> Response:
        view = _view(app)
        page = render_template(
            "places.html", view=view, asked=_asked(), radii=RADII, **_map(app), far=far, states=STATES
        )
        answer = make_response(page, view.status)
        answer.headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=(), payment=()"
        if view.wait:
            answer.headers["Retry-After"] = str(view.wait)
        if app.settings.map_tiles:
            answer.headers["Content-Security-Policy"] = policy_for(images=_origin(app.settings.map_tiles))
        return answer

    return pages


def far(metres: float) -> str:
    """A distance as people say it: 350 m, 1.2 km, 640 km."""
    if metres < 995:
        return f"{metres:.0f} m"
    kilometres = metres / 1000
    return f"{exact(kilometres, '.1f')} km" if kilometres < 9.95 else f"{number(round(kilometres))} km"


def _view(app: App) -> View:
    """Measure from what was asked, or say why that cannot be and show the newest places."""
    view = View()
    try:
        view.here = _here(app, view)
    except (Unavailable, TooMany) as later:
        view.status = 429 if isinstance(later, TooMany) else 503
        view.wait = ceil(later.retry_after or AWAY_FOR)
        view.sentence = _("Addresses cannot be looked up just now. Here are the newest places; try again in a moment.")
    except (Invalid, Rejected):
        view.status = 422
        view.sentence = _("This cannot be looked for. Write an address as a street and a town, or only a town.")
    _fill(app, view)
    return view


def _here(app: App, view: View) -> Here | None:
    given = request.args
    if given.get("lat") or given.get("lng"):
        return where(app)
    if not (given.get("address") or given.get("me")):
        return None
    count(app, "maps")
    here = of_network(app) if given.get("me") else where(app)
    if here is None and given.get("me"):
        view.sentence = _("Nobody can say where you are. Type an address.")
    elif here is None:
        view.sentence = _("Nobody knows this address. Write it as a street and a town, or only a town.")
    return here


def _fill(app: App, view: View) -> None:
    with app.uow.reading():
        if view.here is None:
            return _newest(app, view)
        found = app.vicinity.near(view.here.point, _radius(), MOST + 1, _after())
    view.found = found[:MOST]
    if len(found) > MOST:
        view.onward = "/places?" + urlencode({**_from(view.here), "after": mark_of(found[MOST - 1])})
    return None


def _newest(app: App, view: View) -> None:
    before = request.args.get("before", "")
    places = app.places.newest(MOST + 1, before if is_id(before, "plc") else "")
    view.places = places[:MOST]
    if len(places) > MOST:
        view.onward = f"/places?before={places[MOST - 1].id}"


def _from(here: Here) -> dict[str, Any]:
    """The same question by degrees: the next page asks nobody."""
    asked = _asked()
    return {"lat": here.point.latitude, "lng": here.point.longitude, "address": asked["address"],
            "radius": asked["radius"]}  # fmt: skip


def _asked() -> dict[str, Any]:
    radius = request.args.get("radius", "")
    chosen = int(radius) if radius.isascii() and radius.isdecimal() and int(radius) in RADII else USUAL
    return {"address": request.args.get("address", "")[:200], "radius": chosen}


def _radius() -> float:
    return _asked()["radius"] * 1000.0 or FARTHEST


def _after() -> tuple[float, str] | None:
    try:
        return read_mark(request.args.get("after", "")[:100])
    except Invalid:
        return None


def _map(app: App) -> dict[str, str]:
    return {"tiles": app.settings.map_tiles, "credit": app.settings.map_credit}


def _origin(template: str) -> str:
    """Who the tiles come from, as a policy names them; `{s}` stands for any of the server's names."""
    parts = urlsplit(template)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"
