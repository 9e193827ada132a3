"""Modules that are loaded when something of them is used, for processes that seldom do."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

OPENSSL = ("ssl", "asyncio.sslproto", "hashlib", "hmac", "secrets")
"""What loads OpenSSL into Python: 5 MB. Of psycopg asyncio loads it, which nobody asks for TLS; libpq has its own."""
_loading = RLock()


class Later(ModuleType):
    """A module that knows where it is and no more, until it is asked for anything else.

    The one of `importlib.util.LazyLoader` is loaded by the next `import` already, which reads its `__spec__`.
    """

    def __getattr__(self, name: str) -> Any:
        """Load the module if that was not begun, and look again."""
        spec = self.__spec__
        if spec is None or spec.loader is None or (name.startswith("__") and name != "__all__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        with _loading:  # so that another thread waits for all of it
            if not spec.loader_state:
                spec.loader_state = "begun"
                spec.loader.exec_module(self)
        return super().__getattribute__(name)


def load_later(*names: str) -> None:
    """Let these modules of Python's own be loaded at their first use. `import` gives them as ever, `from` uses them."""
    for name in names:
        if name not in sys.modules:
            package, _, last = name.rpartition(".")
            around = find_spec(package) if package else None
            spec = PathFinder.find_spec(name, around.submodule_search_locations if around else None)
            if spec is None:
                raise ModuleNotFoundError(f"Python has no module {name!r}.", name=name)
            module = sys.modules[name] = module_from_spec(spec)
            module.__class__ = Later
            if package:
                setattr(import_module(package), last, module)
