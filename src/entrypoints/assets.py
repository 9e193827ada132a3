"""Static files, which browsers may keep for a year because their address changes with them; it knows no page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, request

YEAR = 31_536_000
_STAMPS: dict[tuple[str, str], str] = {}


def keep_assets(site: Flask) -> None:
    """Write the age of a static file into every address that is made for one, the site's own and a blueprint's."""
    site.get_send_file_max_age = age  # type: ignore[method-assign]

    @site.url_defaults
    def dated(endpoint: str, values: dict[str, Any]) -> None:
        owner = endpoint.rpartition("static")[0].removesuffix(".")
        if endpoint in ("static", f"{owner}.static") and "filename" in values:
            folder = (site.blueprints[owner] if owner else site).static_folder
            values["v"] = _stamp(folder or "", values["filename"])


def keeping(pages: Blueprint) -> Blueprint:
    """Let the static files of a blueprint be kept as those of the site are."""
    pages.get_send_file_max_age = age  # type: ignore[method-assign]
    return pages


def age(name: str | None) -> int | None:
    """Seconds a static file may be kept: a year where its address has its age in it, else asked for each time."""
    return YEAR if "v" in request.args else None


def _stamp(folder: str, name: str) -> str:
    if (folder, name) not in _STAMPS:
        _STAMPS[folder, name] = format((Path(folder) / name).stat().st_mtime_ns // 1_000_000, "x")
    return _STAMPS[folder, name]
