"""The modules that can be taken out; it finds them by their files and knows none of them.

A file here plugs its module in. It may say: `PARTS` (how each port and service is made), `MARKED` (which of them have
verbs that are tasks), `NOTES` (which of them has a `note` for the daily report), `ENTITIES` (what is mapped onto which
table), `MESSAGES` (the classes of messages it sends), `PERMISSIONS` (what can be allowed in it, beside its records),
`CHANNELS` (whom each of its channels asks, by the settings), `CHECKS` (what `flask doctor` asks of it), `SCOPES` (what
a token may be allowed in it, in words), `BEARERS` (which service knows the tokens that begin so), `PERSONAL` (what each
of its tables holds of people, `Held`, or that it holds nothing, `Impersonal`; see core/domain/kernel/personal.py),
`KEEPERS` (which of `PARTS` keep files of people), `REPORTABLE` (which of them answers for each kind of thing that can
be reported, by slug; see core/domain/moderation.py), `Settings`. It is the container's hand in that module, and as such
may import adapters. Each entrypoint finds the module's face in a file of
the same name, where there is one: `web/<name>.py` (`make_pages`; `DOOR` for the site's menu, `TAB` for the account's,
`WAY_IN`, a template for the pages where people sign in and up; `PERSON`, one for what it has of a `person` on their
page; `ROBOTS`, a line for robots.txt), `web/api/<name>.py` (`add_routes`), `cli/<name>.py` (`commands`),
`records/<name>.py` (`declare`; and `related`, what it has of any record), `seed/<name>.py` (`plant`: makes things up
among people who were made up, and says so in a sentence). Who deletes the files has taken the module out.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

NAMES = tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def told(what: str) -> Iterator[Any]:
    """What every module says of itself under this name, in the order of their names."""
    wired = (import_module(f"{__name__}.{name}") for name in NAMES)
    return (getattr(module, what) for module in wired if hasattr(module, what))


@cache
def faces(package: str) -> tuple[ModuleType, ...]:
    """What modules have in an entrypoint's package, imported now and by nobody else."""
    found = (f"{package}.{name}" for name in NAMES)
    return tuple(import_module(name) for name in found if find_spec(name))
