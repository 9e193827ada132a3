"""Museums of engines, made up as far as their places go: something to find near somebody."""

from __future__ import annotations

from entrypoints.container import App

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


def plant(app: App) -> str:
    """Add some places, which a worker then finds, unless they are there; return a sentence about them, or ""."""
    with app.uow.transaction():
        there = {place.name for place in app.places.newest(1000)}
        added = [app.place_desk.add(name=name, address=SEEDS[name]) for name in SEEDS if name not in there]
    if not added:
        return ""
    return f"{len(added)} places are kept, and a worker finds them. Look: {app.settings.base_url}/places"
