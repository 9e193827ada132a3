"""What strangers may reach: no development pages, cookies and headers as they must be, on every single answer."""

import re

import pytest

from entrypoints.admin import make_admin
from entrypoints.web import make_web
from entrypoints.web.edge import refusal_headers

HTTPS = {"environment": "production", "secret_key": "k" * 64, "base_url": "https://app.example.com"}
STANDING = ["X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "X-Request-Id", "Cache-Control"]
ASSET = re.compile(r'(?:href|src)="(/(?:static|assets)/[^"]+)"')


@pytest.fixture(scope="module")
def site(standing):
    app = standing(**HTTPS)
    made = make_web(app)
    make_admin(app, made)
    return made


@pytest.fixture
def client(site):
    return site.test_client()


@pytest.mark.parametrize("path", ["/dev/inbox", "/dev/inbox.json", "/dev/inbox/clear"])
def test_inbox_does_not_exist(client, path):
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("GET", "/contact", 200), ("GET", "/login", 200), ("GET", "/admin/", 303),
        ("GET", "/docs", 200), ("GET", "/openapi.json", 200), ("GET", "/healthz", 200), ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404), ("DELETE", "/contact", 405), ("POST", "/contact", 400), ("OPTIONS", "/", 200),
        ("GET", "/static/site.css", 200), ("GET", "/static/none.css", 404), ("GET", "/favicon.ico", 301),
        ("GET", "/assets/panel/panel.css", 200), ("GET", "/metrics", 200), ("POST", "/api/v1/contact-messages", 415),
    ],
)  # fmt: skip
def test_every_answer_is_armoured(client, method, path, status):
    answer = client.open(path, method=method, base_url="https://app.example.com")
    assert answer.status_code == status
    assert [name for name in STANDING if name not in answer.headers] == []
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_cookies_are_bound_to_this_host_over_https(client):
    set_ = client.get("/contact", base_url="https://app.example.com").headers["Set-Cookie"]
    name, *attributes = set_.split("; ")
    assert name.startswith("__Host-enginebay=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not any(attribute.startswith("Domain=") for attribute in attributes)


def test_http_gets_no_hsts(make_app):
    answer = make_web(make_app(settings={**HTTPS, "base_url": "http://app.example.com"})).test_client().get("/")
    assert "Strict-Transport-Security" not in answer.headers


def test_refusals_before_the_application_are_armoured_too(make_app):
    headers = refusal_headers(make_app(settings=HTTPS).settings)
    assert {"Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control"} <= {
        *headers
    }


def test_static_files_are_kept_while_their_address_stays(client):
    """A page asks again for none of its files, until one of them changes."""
    pages = [client.get(path, base_url="https://app.example.com").text for path in ("/contact", "/login")]
    addresses = {address for page in pages for address in ASSET.findall(page)}
    kept = {client.get(address).headers["Cache-Control"] for address in addresses}
    assert (len(addresses) > 5, kept) == (True, {"public, max-age=31536000"})
    assert client.get("/static/site.css").headers["Cache-Control"] == "no-cache"
