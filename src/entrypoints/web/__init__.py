"""The site: pages, API and what operators look at, made from an app; it knows neither the admin nor the worker."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

from flask import Flask, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from entrypoints import modules, policies
from entrypoints.assets import keep_assets
from entrypoints.config import Settings
from entrypoints.container import App
from entrypoints.languages import speak
from entrypoints.signed_in import recognise_visitors
from entrypoints.web.account import TABS
from entrypoints.web.account.profile import make_profile
from entrypoints.web.account.sessions import make_session_pages
from entrypoints.web.account.sign_in_data import make_sign_in_data
from entrypoints.web.account.two_factors import make_two_factor_pages
from entrypoints.web.answers import use_orjson
from entrypoints.web.api import make_api
from entrypoints.web.contact import make_contact_pages
from entrypoints.web.docs import make_docs
from entrypoints.web.edge import Edge
from entrypoints.web.errors import translate_errors
from entrypoints.web.home import make_home
from entrypoints.web.hooks import make_hooks
from entrypoints.web.inbox import make_inbox
from entrypoints.web.legible import legible
from entrypoints.web.metrics import Metrics, make_metrics_page
from entrypoints.web.portraits import show_portraits
from entrypoints.web.rules import Site
from entrypoints.web.sign_in import make_sign_in
from entrypoints.web.sign_up import make_sign_up
from entrypoints.web.sizes import guard as guard_sizes
from entrypoints.web.status import make_status
from entrypoints.web.tasks import make_task_pages

MOST_BYTES = 256 * 1024
"""The largest body the site takes; a view that takes files says how much it takes (`sizes.takes`)."""


def make_web(app: App) -> Flask:
    """Return the site as a Flask application."""
    site = Site(__name__)
    site.extensions["enginebay"] = app  # the flask commands look for it here
    site.extensions["worders"] = []  # how refusals are worded that are made in front of the site (rsgi.Worder)
    site.config.update(_configuration(app.settings))
    site.wsgi_app = legible(site.wsgi_app)  # type: ignore[method-assign]
    if app.settings.trusted_proxies:
        hops = app.settings.trusted_proxies
        site.wsgi_app = ProxyFix(site.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    keep_assets(site)
    use_orjson(site)
    translate_errors(site)
    metrics = Metrics(app.settings.home / "metrics")
    Edge(app.settings, app.clock, metrics).guard(site)
    guard_sizes(site)
    csrf = CSRFProtect(site)
    speak(site)
    recognise_visitors(app, site)
    policies.guard(app, site)
    show_portraits(site)
    site.jinja_env.bytecode_cache = app.compiled  # none, but where one process builds many sites (tests)
    site.jinja_env.globals.update(asset=_asset, site_name=app.settings.site_name, production=app.settings.is_production)
    site.jinja_env.globals["doors"] = [found.DOOR for found in _modules() if hasattr(found, "DOOR")]
    site.jinja_env.globals["of_people"] = [found.PERSON for found in _modules() if hasattr(found, "PERSON")]
    site.jinja_env.globals["ways_in"] = [found.WAY_IN for found in _modules() if hasattr(found, "WAY_IN")]
    tabs = [*TABS, *(found.TAB for found in _modules() if hasattr(found, "TAB"))]
    site.jinja_env.globals["tabs"] = sorted(tabs, key=lambda tab: tab.place)
    _mount(site, app, metrics, csrf)
    policies.check(app, site)
    return site


def _configuration(settings: Settings) -> dict[str, object]:
    secure = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "BASE_URL": settings.base_url,
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "SESSION_COOKIE_NAME": "__Host-enginebay" if secure else "enginebay",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),  # the server ends it sooner; see accounts/sessions.py
        "SESSION_REFRESH_EACH_REQUEST": False,  # or a late answer would put the token of before back into the browser
        "WTF_CSRF_TIME_LIMIT": None,  # a form left open over lunch must still go through; the session bounds it
    }


def _mount(site: Flask, app: App, metrics: Metrics, csrf: CSRFProtect) -> None:
    api = make_api(app)
    hooks = make_hooks(app)
    csrf.exempt(api)
    csrf.exempt(hooks)
    for pages in (
        make_home(app, _robots()), make_sign_in(app), make_sign_up(app), make_profile(app), make_sign_in_data(app),
        make_session_pages(app), make_two_factor_pages(app), make_contact_pages(app, csrf), make_task_pages(app),
        make_status(app), make_metrics_page(app, metrics), api, make_docs(app), hooks,
        *(found.make_pages(app) for found in _modules()),
    ):  # fmt: skip
        site.register_blueprint(pages)
    if not app.settings.is_production:
        site.register_blueprint(make_inbox(app))


def _modules() -> list[ModuleType]:
    """The modules that have pages of their own."""
    return list(modules.faces(__name__))


def _robots() -> list[str]:
    """What modules want said in robots.txt."""
    return [found.ROBOTS for found in _modules() if hasattr(found, "ROBOTS")]


def _asset(name: str) -> str:
    """The address of one of the site's static files."""
    return url_for("static", filename=name)
