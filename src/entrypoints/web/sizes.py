"""How much a view takes in: most take little, those of files say how much (`@takes(8 * MB)` below the policy).

It is held before anything reads the body, the CSRF check included; the server in front asks here as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

View = TypeVar("View", bound=Callable[..., Any])
MB = 1_000_000


def takes(most: int) -> Callable[[View], View]:
    """Let a view take bodies of so many bytes."""

    def mark(view: View) -> View:
        view.__takes__ = most  # type: ignore[attr-defined]
        return view

    return mark


def guard(site: Flask) -> None:
    """Raise the site's limit for the views that say so; called before anything reads forms."""

    @site.before_request
    def widen() -> None:
        most = getattr(site.view_functions.get(request.endpoint or ""), "__takes__", None)
        if most is not None and request.method in ("POST", "PUT"):
            request.max_content_length = most


def large(site: Flask) -> dict[str, int]:
    """The addresses that take more than usual, and how much."""
    found = ((rule.rule, site.view_functions[rule.endpoint]) for rule in site.url_map.iter_rules())
    return {path: view.__takes__ for path, view in found if hasattr(view, "__takes__")}  # type: ignore[attr-defined]
