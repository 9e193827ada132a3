"""The web process: `app` for any WSGI server and for `flask`, `rsgi` for granian (see docs/decisions)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from entrypoints import cli
from entrypoints.admin import make_admin
from entrypoints.config import load, make_home
from entrypoints.container import build
from entrypoints.logs import configure
from entrypoints.web import make_web
from entrypoints.web.edge import refusal_headers
from entrypoints.web.rsgi import Bridge, Limits
from entrypoints.web.sizes import large

settings = load()
configure(settings)
make_home(settings)
enginebay = build(settings)
app = make_web(enginebay)
make_admin(enginebay, app)
cli.register(app)
rsgi = Bridge(app, Limits(large=large(app)), headers=refusal_headers(settings), worders=app.extensions["worders"])
