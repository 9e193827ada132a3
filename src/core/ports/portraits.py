"""Pictures of people, made out of whatever somebody sends in."""

from __future__ import annotations

from typing import Protocol

SIDES = (256, 64)
"""Pixels of the squares that a portrait is kept in."""


class Portraits(Protocol):
    """Makes portraits."""

    def cut(self, picture: bytes) -> dict[int, bytes]:
        """Return WebP files by their side (`SIDES`): the middle square, upright, without a word of what came with it.

        Takes JPEG, PNG, WebP and GIF (its first frame), told by their content, of at most 40 megapixels. Raises
        `Invalid` for anything else, and for what is broken; `Unavailable` while too many are made at once.
        """
        ...
