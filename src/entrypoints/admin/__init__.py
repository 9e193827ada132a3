"""The admin panel: Flask-Admin on the Flask app, behind a gate that is closed by default; it decides no rule itself."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_admin import Admin
from flask_wtf.csrf import CSRFProtect

from core.domain.records import DeletedRecord
from entrypoints import policies
from entrypoints.admin import cells, gate, words
from entrypoints.admin.dashboard import Dashboard
from entrypoints.admin.doctor import DoctorDesk
from entrypoints.admin.exports import ExportsView
from entrypoints.admin.find import FindView
from entrypoints.admin.monitor import Monitor
from entrypoints.admin.record_view import RecordView
from entrypoints.admin.recycle_bin import RecycleBinView
from entrypoints.admin.roles import RolePages
from entrypoints.admin.timetable import TimetableDesk
from entrypoints.admin.vendor_page import VendorPage
from entrypoints.admin.wording import WordingPages
from entrypoints.assets import keeping
from entrypoints.container import App
from entrypoints.languages import speak


def make_admin(app: App, flask_app: Flask) -> Admin:
    """Mount /admin on the site, which has the pages where people sign in."""
    if "csrf" not in flask_app.extensions:
        CSRFProtect(flask_app)
    speak(flask_app)
    gate.put_up(app, flask_app)
    flask_app.register_blueprint(_panel())
    admin = Admin(name=app.settings.site_name, index_view=Dashboard(app))
    admin.add_view(Monitor(app))
    admin.add_view(TimetableDesk(app))
    admin.add_view(VendorPage(app))
    admin.add_view(WordingPages(app))
    admin.add_view(FindView(app))
    for record in app.declared.values():
        view = RecycleBinView if record.entity is DeletedRecord else RecordView
        admin.add_view(view(app, record))
    admin.add_view(ExportsView(app))
    admin.add_view(RolePages(app))
    admin.add_view(DoctorDesk(app))
    admin.init_app(flask_app)
    words.teach(flask_app, admin)
    cells.teach(flask_app)
    policies.check(app, flask_app)
    return admin


def _panel() -> Blueprint:
    pages = Blueprint(
        "panel", __name__, template_folder="templates", static_folder="static", static_url_path="/assets/panel"
    )
    return keeping(pages)
