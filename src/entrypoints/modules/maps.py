"""Maps, plugged in: who is asked where an address or a device is, in the order of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, model_validator

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["PARTS", "Settings"]
PUBLIC_NOMINATIM = "openstreetmap.org"


class Settings(BaseModel):
    """What a vendor that is chosen cannot do without."""

    @model_validator(mode="after")
    def _can_be_asked(self) -> Settings:
        chosen: Any = self
        asked = {*chosen.vendors_of("geocoder"), *chosen.vendors_of("geolocation")}
        if "google" in asked and not chosen.google_maps.api_key.get_secret_value():
            raise ValueError(
                "ENGINEBAY_GOOGLE_MAPS__API_KEY must be set, since google is chosen for maps. "
                "Make a key at https://console.cloud.google.com/google/maps-apis"
            )
        if "nominatim" in asked and PUBLIC_NOMINATIM in chosen.nominatim.base_url and not chosen.nominatim.contact:
            raise ValueError(
                "ENGINEBAY_NOMINATIM__CONTACT must be an address of yours, since nominatim is chosen for maps: "
                "the public server wants to know whom to write to"
            )
        return self


def _geocoder(app: App) -> Any:
    return _by_vendor(app, "geocoder", GEOCODERS)


def _geolocation(app: App) -> Any:
    return _by_vendor(app, "geolocation", GEOLOCATIONS)


def _by_vendor(app: App, channel: str, makers: dict[str, Callable[[App], Any]]) -> Any:
    """The vendors of a channel in their order, with what they import: a question of a second has no time for that."""
    from adapters.resilience import in_order

    vendors = [(name, makers[name](app)) for name in app.settings.vendors_of(channel)]
    return in_order(channel, vendors, app.guards)


def _google(app: App) -> Any:
    from adapters.maps.google import GoogleGeocoder

    account = app.settings.google_maps
    return GoogleGeocoder(account.api_key.get_secret_value(), account.base_url)


def _google_geolocation(app: App) -> Any:
    from adapters.maps.google import GoogleGeolocation

    account = app.settings.google_maps
    return GoogleGeolocation(account.api_key.get_secret_value(), account.base_url)


def _nominatim(app: App) -> Any:
    from adapters.maps.nominatim import NominatimGeocoder
    from adapters.maps.turns import RedisTurns

    contact = app.settings.nominatim.contact or app.settings.admin.email
    agent = f"{app.settings.site_name} ({app.settings.base_url}; {contact})"
    return NominatimGeocoder(agent, RedisTurns(app.quick_redis, "nominatim"), app.settings.nominatim.base_url)


def _sandbox(vendor: str) -> Callable[[App], Any]:
    def make(app: App) -> Any:
        from adapters.maps.sandbox import SandboxGeocoder

        return SandboxGeocoder(vendor, app.orders.obey)

    return make


def _sandbox_geolocation(vendor: str) -> Callable[[App], Any]:
    def make(app: App) -> Any:
        from adapters.maps.sandbox import SandboxGeolocation

        return SandboxGeolocation(vendor, app.orders.obey)

    return make


OURS = ("sandbox", "understudy")
GEOCODERS = {"google": _google, "nominatim": _nominatim} | {name: _sandbox(name) for name in OURS}
GEOLOCATIONS = {"google": _google_geolocation} | {name: _sandbox_geolocation(name) for name in OURS}
PARTS = {"geocoder": _geocoder, "geolocation": _geolocation}
