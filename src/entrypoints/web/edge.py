"""What happens around every request: an id, one log line, figures and security headers; nothing about any page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request

from core.domain.audit import Actor
from core.domain.kernel.errors import Forbidden
from core.domain.kernel.ids import new_id
from core.ports.clock import Clock
from entrypoints import boundary
from entrypoints.callers import shown_token
from entrypoints.config import Settings
from entrypoints.web.metrics import Metrics

log = structlog.get_logger("web")
GIVEN_ID = re.compile(r"^[A-Za-z0-9._:-]{1,64}$")
SAFE = ("GET", "HEAD", "OPTIONS")
ALLOWED_SENDERS = (None, "same-origin", "none")
"""Who a browser may say has sent a request that names no origin."""
QUIET = ("/healthz", "/readyz", "/metrics")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
)


class Edge:
    """Stands before and after every request of a site."""

    def __init__(self, settings: Settings, clock: Clock, metrics: Metrics) -> None:
        self._clock, self._metrics = clock, metrics
        self._headers = standing_headers(settings)
        self._origin = settings.base_url

    def guard(self, site: Flask) -> None:
        """Take up position; called before anything else asks for a place around requests."""
        site.wsgi_app = self._armoured(site.wsgi_app)  # type: ignore[method-assign]
        site.before_request(self.begin)
        site.after_request(self.finish)
        site.teardown_request(self.forget)
        site.jinja_env.globals["csp_nonce"] = nonce

    def begin(self) -> None:
        """Name the request and its visitor, and refuse what another site sent."""
        g.began = perf_counter()
        given = request.headers.get("X-Request-Id", "")
        name = given if GIVEN_ID.match(given) else new_id("req", self._clock.now())
        boundary.request_id.set(name)
        visitor = Actor(id="visitor", name="visitor", address=request.remote_addr or "", request_id=name)
        boundary.actor.set(visitor)
        if request.method not in SAFE and request.headers.get("Cookie") and shown_token() is None:
            self._check_origin()

    def finish(self, answer: Response) -> Response:
        """Give a page its policy, then note the request in figures and log."""
        if answer.mimetype == "text/html" and "Content-Security-Policy" not in answer.headers:
            answer.headers["Content-Security-Policy"] = policy_for()
        self._note(answer.status_code)
        return answer

    def forget(self, _: BaseException | None) -> None:
        """Leave nobody's name on this thread."""
        boundary.actor.set(None)
        boundary.request_id.set(None)

    def _armoured(self, app: Callable[..., Any]) -> Callable[..., Any]:
        """Put on the headers that no answer may lack, where each one passes: there they are plain pairs, and to put
        nine into Werkzeug's headers takes longer than to find the route."""
        wanted = {**self._headers, "Cache-Control": "no-store", "Content-Security-Policy": DATA_POLICY}
        standing = [(name.lower(), (name, value)) for name, value in wanted.items()]

        def armoured(environ: Any, start: Callable[..., Any]) -> Any:
            def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                present = {name.lower() for name, _ in headers}
                missing = [pair for name, pair in standing if name not in present]
                return start(status, [*headers, ("X-Request-Id", boundary.request_id.get() or ""), *missing], *more)

            return app(environ, begin)

        return armoured

    def _check_origin(self) -> None:
        """A cookie came along: the browser must say that one of our own pages sent this (promises: sessions)."""
        sender, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        ours = origin in (self._origin, request.host_url.rstrip("/")) if origin else sender in ALLOWED_SENDERS
        if not ours:
            raise Forbidden("This request came from another site, so it was refused. Open the page here and try again.")

    def _note(self, status: int) -> None:
        took = perf_counter() - g.get("began", perf_counter())
        route = request.url_rule.rule if request.url_rule else "unmatched"
        self._metrics.note(request.method, route, status, took)
        tell = log.debug if request.path in QUIET or request.endpoint == "static" else log.info
        tell("request", method=request.method, path=request.path, status=status, ms=round(took * 1000, 1))


def standing_headers(settings: Settings) -> dict[str, str]:
    """Return the headers that every answer carries, whatever it is."""
    secure = settings.is_production and settings.base_url.startswith("https://")
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if secure else {})


def refusal_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of an answer that is given before there is a request to speak of."""
    return standing_headers(settings) | {"Content-Security-Policy": DATA_POLICY, "Cache-Control": "no-store"}


def nonce() -> str:
    """Return this answer's nonce for an inline script or style; using it puts it into the policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def allow_forms_to(*origins: str) -> None:
    """Let forms of this page end at other origins too: browsers hold a form to its policy through every redirect."""
    g.forms_go_to = tuple(dict.fromkeys((*g.get("forms_go_to", ()), *origins)))


def policy_for(images: str = "") -> str:
    """Return a page's policy; `images` is an origin, like https://tiles.example.com, that it may show images of too."""
    forms = "".join(f" {origin}" for origin in g.get("forms_go_to", ()))
    policy = PAGE_POLICY.format(nonce=f" 'nonce-{g.nonce}'" if "nonce" in g else "", forms=forms)
    return policy.replace("img-src 'self'", f"img-src 'self' {images}") if images else policy
