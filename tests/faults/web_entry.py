"""`wsgi.py` for an application that is to meet a fault; run as `python web_entry.py PORT`."""

from __future__ import annotations

import sys

from tests.faults.entry import make

from entrypoints.web import make_web
from entrypoints.web.rsgi import Bridge
from entrypoints.web.serve import run

app = make()
settings = app.settings
web = make_web(app)


@web.get("/fault/where")
def where() -> dict[str, int]:
    """Ask where an address is, as a page would, before anything is written."""
    return {"spots": len(app.geocoder.locate("Rathausmarkt 1, Hamburg"))}


rsgi = Bridge(web)

if __name__ == "__main__":
    sys.modules["wsgi"] = sys.modules["__main__"]
    run("127.0.0.1", sys.argv[1])
