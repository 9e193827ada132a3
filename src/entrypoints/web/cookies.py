"""Flask's sessions in signed cookies, for a site most of whose requests bring no cookie; it knows nobody."""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class Cookies(SecureCookieSessionInterface):
    """The signer is made once a site, and what nobody looked at is not looked over."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if "signer" not in app.extensions:
            app.extensions["signer"] = super().get_signing_serializer(app)
        signer: URLSafeTimedSerializer | None = app.extensions["signer"]
        return signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed or session.modified or session.permanent:
            super().save_session(app, session, response)
