"""What a token may be allowed to do in somebody's name, in words; it knows no route and no role.

A token never does more than its owner may: a scope only takes away.
"""

from collections.abc import Iterable

SCOPES = {
    "me.read": "Read your own profile, with your e-mail address",
    "me.write": "Change your own profile",
    "users.read": "See other people as you do",
    "tasks.read": "Watch your tasks",
    "sessions": "See where you are signed in, and sign devices out",
}
"""Those of accounts and tasks; modules bring theirs (`SCOPES` in their file of entrypoints/modules)."""
APART = ("sessions", "tokens")
"""What could make a token outlive its owner's wish: never in a pass, which nobody chose scopes for."""


def of_passes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return what a signed pass allows."""
    return tuple(scope for scope in scopes if scope not in APART)
