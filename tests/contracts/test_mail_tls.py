"""Mail over TLS to a real server on loopback: who is trusted, what a password may cross, and how connections last."""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme
from tests.contracts.test_mail import SENDER, letter
from tests.sinks import Sink

from adapters.mail.smtp import SmtpMail
from core.domain.kernel.errors import Rejected, Unavailable

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
PASSWORD = "open sesame"
SECURE = ("smtps", "smtp+starttls")


@pytest.fixture(scope="module")
def authority():
    """A certificate authority of our own, as a company may have one."""
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """An operator who has named that authority in SSL_CERT_FILE."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.fixture
def serve(authority, request):
    """Open a sink that wants a password and speaks TLS in the way `scheme` says."""

    def open_(scheme, name="127.0.0.1", password=PASSWORD):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        sink = Sink(scheme, None if scheme == "smtp" else context, password).__enter__()
        request.addfinalizer(lambda: sink.__exit__())
        return sink

    return open_


@pytest.fixture
def send(request):
    """Send one letter by an address; returns nothing, raises what the carrier raises."""

    def send_(url, key="tsk_1"):
        mail = SmtpMail(url, SENDER, timeout=3)
        request.addfinalizer(mail.close)
        mail.send(letter(), key)

    return send_


@pytest.mark.parametrize("scheme", SECURE)
def test_letter_arrives_over_tls_with_a_password(trusted, serve, send, scheme):
    sink = serve(scheme)
    send(sink.url_for("ada", "open%20sesame"))
    assert ([one["Subject"] for one in sink.letters], sink.passwords) == ([letter().subject], [PASSWORD])


@pytest.mark.parametrize("scheme", SECURE)
def test_wrong_password_names_the_setting(trusted, serve, send, scheme):
    sink = serve(scheme)
    with pytest.raises(Unavailable, match=r"user name or password \(535 .*ENGINEBAY_SMTP__URL"):
        send(sink.url_for("ada", "wrong"))
    assert sink.letters == []


@pytest.mark.parametrize("scheme", SECURE)
def test_unknown_authority_is_refused_before_the_password(serve, send, scheme):
    sink = serve(scheme)
    with pytest.raises(Unavailable, match=r"certificate is not trusted .*SSL_CERT_FILE"):
        send(sink.url_for("ada", "open%20sesame"))
    assert (sink.letters, sink.passwords) == ([], [])


@pytest.mark.parametrize("scheme", SECURE)
def test_certificate_of_another_host_is_refused(trusted, serve, send, scheme):
    sink = serve(scheme, name="elsewhere.example")
    with pytest.raises(Unavailable, match=r"certificate is not trusted .*mismatch"):
        send(sink.url_for("ada", "open%20sesame"))
    assert (sink.letters, sink.passwords) == ([], [])


def test_server_without_starttls_is_refused_before_the_password(serve, send):
    sink = serve("smtp")
    with pytest.raises(Unavailable, match=r"STARTTLS.*nothing was sent.*ENGINEBAY_SMTP__URL"):
        send(sink.url_for("ada", "open%20sesame", scheme="smtp+starttls"))
    assert (sink.letters, sink.passwords) == ([], [])


def test_plain_address_with_a_name_uses_starttls_where_it_is_offered(trusted, serve, send):
    sink = serve("smtp+starttls")
    send(sink.url_for("ada", "open%20sesame", scheme="smtp"))
    assert len(sink.letters) == 1


def test_password_is_never_sent_in_the_clear_to_another_host(serve, send):
    sink = serve("smtp")
    with pytest.raises(Unavailable, match=r"no encryption, so our password was not sent\. Use smtps://"):
        send(sink.url_for("ada", "open%20sesame", host="127.1"))  # loopback too, but not written as such
    assert (sink.letters, sink.passwords) == ([], [])


def test_password_may_go_in_the_clear_to_this_machine(serve, send):
    sink = serve("smtp")
    send(sink.url_for("ada", "open%20sesame"))
    assert len(sink.letters) == 1


def test_connection_is_signed_in_once_and_kept(trusted, serve):
    sink = serve("smtps")
    mail = SmtpMail(sink.url_for("ada", "open%20sesame"), SENDER)
    for number in range(5):
        mail.send(letter(), f"tsk_{number}")
    mail.close()
    assert (len(sink.letters), sink.connections, len(sink.passwords)) == (5, 1, 1)


def test_connections_are_no_more_than_the_threads_that_send(serve):
    sink = serve("smtp", password=None)
    mail = SmtpMail(sink.url, SENDER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: mail.send(letter(), f"tsk_{number}"), range(40)))
    mail.close()
    assert len(sink.letters) == 40
    assert sink.connections <= 4


@pytest.mark.parametrize("farewell", ["421 idle for too long", None])
def test_kept_connection_that_went_stale_is_replaced(serve, farewell):
    sink = serve("smtp", password=None)
    mail = SmtpMail(sink.url, SENDER, timeout=3)
    mail.send(letter(), "tsk_1")
    sink.hang_up(farewell)
    mail.send(letter(), "tsk_2")
    mail.close()
    assert (len(sink.letters), sink.connections) == (2, 2)


def test_address_outside_ascii_is_refused_by_a_server_without_smtputf8(serve):
    sink = serve("smtp", password=None)
    sink.speaks_utf8 = False
    mail = SmtpMail(sink.url, SENDER)
    with pytest.raises(Rejected, match="SMTPUTF8"):
        mail.send(letter(to="jörg@example.com"), "tsk_1")
    mail.close()
