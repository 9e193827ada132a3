"""A vendor of maps that is chosen without what it needs is told at the start, in a sentence."""

import pytest

from entrypoints.config import load


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"GEOCODER": "google"}, "ENGINEBAY_GOOGLE_MAPS__API_KEY must be set"),
        ({"GEOLOCATION": "google"}, "ENGINEBAY_GOOGLE_MAPS__API_KEY must be set"),
        ({"GEOCODER": "sandbox,nominatim"}, "ENGINEBAY_NOMINATIM__CONTACT must be an address of yours"),
        ({"MAP_TILES": "https://tiles.example.com"}, "ENGINEBAY_MAP_TILES: it must hold {z}, {x} and {y}"),
        ({"MAP_TILES": "ftp://tiles/{z}/{x}/{y}.png"}, "ENGINEBAY_MAP_TILES: it must be an address like"),
    ],
)
def test_setting_that_is_missing_for_a_chosen_vendor_is_told(monkeypatch, capsys, chosen, sentence):
    for name, value in chosen.items():
        monkeypatch.setenv(f"ENGINEBAY_{name}", value)
    with pytest.raises(SystemExit):
        load()
    assert sentence in capsys.readouterr().err


def test_nominatim_of_our_own_needs_no_contact(monkeypatch):
    monkeypatch.setenv("ENGINEBAY_GEOCODER", "nominatim")
    monkeypatch.setenv("ENGINEBAY_NOMINATIM__BASE_URL", "http://127.0.0.1:7070")
    assert load().vendors_of("geocoder") == ["nominatim"]
