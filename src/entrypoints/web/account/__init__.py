"""The pages under /account: a frame with a tab for each part; every part is a file here, or a module's own."""

from __future__ import annotations

from dataclasses import dataclass

from entrypoints.languages import N_


@dataclass(frozen=True)
class Tab:
    """A part of the account: its address, its word, and where it stands in the frame (a smaller `place` first)."""

    address: str
    word: str
    place: int


TABS: tuple[Tab, ...] = (
    Tab("/account", N_("Profile"), 10),
    Tab("/account/sign-in", N_("E-mail and password"), 20),
    Tab("/account/two-factors", N_("Two factors"), 30),
    Tab("/account/sessions", N_("Devices"), 40),
)
"""The tabs of this package; modules bring theirs as `TAB` in their file of pages."""
