"""`wsgi.py` for an application that is to meet a fault; run as `python web_entry.py PORT`."""

from __future__ import annotations

import sys

from tests.faults.entry import make

from entrypoints.web import make_web
from entrypoints.web.rsgi import Bridge
from entrypoints.web.serve import run

app = make()
settings = app.settings
rsgi = Bridge(make_web(app))

if __name__ == "__main__":
    sys.modules["wsgi"] = sys.modules["__main__"]
    run("127.0.0.1", sys.argv[1])
