"""The bridge from granian to WSGI, asked over real sockets in every way that a client may be slow, odd or gone."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from entrypoints.web.rsgi import SMALL, Bridge, Limits
from entrypoints.web.serve import listening

LIMITS = Limits(body=100_000, seconds=0.5, quick=1, threads=2, waiting=1, large={"/large": 300_000})


class Wanted:
    """A WSGI application that notes what reached it and answers as the path asks."""

    def __init__(self):
        self.bodies, self.environs = [], []
        self.closed, self.go = threading.Event(), threading.Event()
        self.waiting = threading.Semaphore(0)

    def __call__(self, environ, start):
        self.environs.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        return getattr(self, environ["PATH_INFO"].strip("/"))(start)

    def echo(self, start):
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(self.bodies[-1])))])
        return [self.bodies[-1]]

    large = echo

    def odd(self, start):
        start("200 OK", [("X-Odd", "a\r\nX-Injected: 1\x00é"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [b"ok"]

    def unchanged(self, start):
        start("304 Not Modified", [("ETag", '"1"')])
        return [b"must not be sent"]

    def chunks(self, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return iter([b"one,", b"two,", b"three"])

    def written(self, start):
        start("200 OK", [("Content-Type", "text/plain")])(b"early,")
        return [b"late"]

    def endless(self, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return Endless(self.closed)

    def broken(self, start):
        raise RuntimeError("secret detail")

    def broken_later(self, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return self._fail_after(b"half")

    def held(self, start):
        self.waiting.release()
        assert self.go.wait(20)
        start("200 OK", [])
        return [b"held"]

    def _fail_after(self, first) -> Iterator[bytes]:
        yield first
        yield first
        raise RuntimeError("secret detail")


def worded(path, status, sentence):
    return ({"content-type": "text/plain"}, f"{status}: {sentence}".encode()) if path == "/own" else None


class Endless:
    """A body without an end that notes when it is closed."""

    def __init__(self, closed):
        self.closed = closed

    def __iter__(self):
        while not self.closed.is_set():
            yield b"x" * 65_536

    def close(self):
        self.closed.set()


@pytest.fixture(scope="module")
def server():
    """One bridge on one port; each test puts its own application behind it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    bridge, ready = Bridge(Wanted(), LIMITS, worders=[worded]), threading.Event()

    async def run():
        nonlocal loop, served
        loop, served = asyncio.get_running_loop(), listening(bridge, "127.0.0.1", port)
        ready.set()
        await served.serve()

    loop = served = None
    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert ready.wait(10)
    bridge.port = port
    while socket.socket().connect_ex(("127.0.0.1", port)):
        pass
    yield bridge
    loop.call_soon_threadsafe(served.stop)
    thread.join(10)


@pytest.fixture
def app(server):
    server.app = Wanted()
    return server.app


@pytest.fixture
def dial(server, request):
    """Open a connection and send something."""

    def dial_(sent=b""):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        request.addfinalizer(line.close)
        line.sendall(sent)
        return line

    return dial_


def ask(path="/echo", method="POST", *headers, body=b""):
    head = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def answer(line):
    """Status, header lines and body of what comes until the other side hangs up."""
    got = b""
    while piece := line.recv(65_536):
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    status, *headers = head.decode("latin-1").split("\r\n")
    return int(status.split()[1]), headers, body


CHUNKED = "Transfer-Encoding: chunked"


def test_chunked_body_arrives_whole(app, dial):
    line = dial(ask("/echo", "POST", CHUNKED, body=b"3\r\nabc\r\n"))
    line.sendall(b"4\r\ndefg\r\n0\r\n\r\n")
    assert answer(line)[::2] == (200, b"abcdefg")
    assert app.environs[0]["CONTENT_LENGTH"] == "7"


@pytest.mark.parametrize(
    "cut",
    [
        ask("/echo", "POST", "Content-Length: 10", body=b"half"),
        ask("/echo", "POST", f"Content-Length: {2 * SMALL}", body=b"x" * SMALL),
        ask("/echo", "POST", CHUNKED, body=b"9\r\nhalf"),
    ],
)
def test_cut_body_never_reaches_the_application(app, dial, cut):
    line = dial(cut)
    line.shutdown(socket.SHUT_WR)
    assert answer(line)[0] == 400
    assert app.bodies == []


@pytest.mark.parametrize("head", ["Content-Length: 200000", CHUNKED])
def test_body_too_large_is_refused_unread(app, dial, head):
    body = b"x" * 200_000 if head != CHUNKED else b"30d40\r\n" + b"x" * 200_000 + b"\r\n0\r\n\r\n"
    status, headers, body = answer(dial(ask("/echo", "POST", head, body=body)))
    assert (status, app.bodies) == (413, [])
    assert b"larger than 100,000 bytes" in body
    assert "content-type: application/problem+json" in headers


def test_refusal_is_in_the_words_of_its_address(app, dial):
    status, heads, body = answer(dial(ask("/own", "POST", "Content-Length: 200000")))
    assert (status, body[:5], "content-type: text/plain" in heads) == (413, b"413: ", True)
    assert app.bodies == []


def test_address_that_takes_more_takes_so_much_and_no_more(app, dial):
    line = ask("/large", "POST", "Content-Length: 200000", body=b"x" * 200_000)
    assert answer(dial(line))[::2] == (200, b"x" * 200_000)
    refused = ask("/large", "POST", "Content-Length: 300001", body=b"x" * 300_001)
    assert answer(dial(refused))[0] == 413


def test_body_too_slow_is_given_up(app, dial):
    status, _, body = answer(dial(ask("/echo", "POST", "Content-Length: 10", body=b"half")))
    assert (status, app.bodies) == (408, [])
    assert b"came too slowly" in body


def test_response_headers_cannot_be_split(app, dial):
    _, headers, _ = answer(dial(ask("/odd", "GET")))
    assert "x-odd: a??X-Injected: 1??" in headers
    assert [line for line in headers if line.startswith("set-cookie")] == ["set-cookie: a=1", "set-cookie: b=2"]


def test_request_headers_are_joined_and_the_dangerous_dropped(app, dial):
    sent = ["Cookie: a=1", "Cookie: b=2", "X-One: 1", "X-One: 2", "X_Two: 1", "Proxy: evil", "Content_Length: 9"]
    answer(dial(ask("/echo", "GET", *sent)))
    seen = {
        name: value for name, value in app.environs[0].items() if name.startswith(("HTTP_X", "HTTP_C", "CONTENT_L"))
    }
    assert seen == {"HTTP_COOKIE": "a=1; b=2", "HTTP_X_ONE": "1,2", "HTTP_CONNECTION": "close"}
    assert "HTTP_PROXY" not in app.environs[0]


@pytest.mark.parametrize(("path", "method", "status"), [("/echo", "HEAD", 200), ("/unchanged", "GET", 304)])
def test_answers_without_a_body_have_none(app, dial, path, method, status):
    assert answer(dial(ask(path, method)))[::2] == (status, b"")


def test_streamed_answer_comes_in_order(app, dial):
    status, headers, body = answer(dial(ask("/chunks", "GET")))
    assert (status, "transfer-encoding: chunked" in headers) == (200, True)
    assert b"".join(body.split(b"\r\n")[1::2]) == b"one,two,three"


def test_bytes_written_early_come_first(app, dial):
    assert answer(dial(ask("/written", "GET")))[2] == b"early,late"


def test_client_that_goes_ends_its_stream(app, dial):
    line = dial(ask("/endless", "GET"))
    line.recv(1000)
    line.close()
    assert app.closed.wait(10)


def test_error_is_told_without_details(app, dial):
    status, _, body = answer(dial(ask("/broken", "GET")))
    assert (status, b"secret" in body) == (500, False)


def test_stream_that_fails_says_that_it_is_not_whole(app, dial):
    status, _, body = answer(dial(ask("/broken_later", "GET")))
    assert (status, b"secret" in body) == (200, False)
    assert b"half" in body
    assert b"This answer broke off here" in body


def test_more_than_can_wait_are_sent_away(app, dial):
    """Two threads are held, one of which came to help; one request waits; the fourth is told to come back."""
    lines = []
    for _ in range(2):
        lines.append(dial(ask("/held", "GET")))
        assert app.waiting.acquire(timeout=10)
    lines += [dial(ask("/held", "GET")) for _ in range(2)]
    refused = next(line for line in lines[2:] if _has_answer(line, lines[2:]))
    status, headers, _ = answer(refused)
    app.go.set()
    assert (status, "retry-after: 2" in headers) == (503, True)
    assert sorted(answer(line)[0] for line in lines if line is not refused) == [200, 200, 200]


def _has_answer(line, among):
    import select

    ready, _, _ = select.select(among, [], [], 10)
    return line in ready


def test_second_request_on_a_kept_line_is_served(app, dial):
    line = dial(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nfirst")
    assert line.recv(65_536).endswith(b"first")
    line.sendall(ask("/echo", "POST", "Content-Length: 6", body=b"second"))
    assert answer(line)[2] == b"second"


@pytest.mark.parametrize(
    "heads",
    [
        ["Content-Length: 2", "Content-Length: 3"], ["Content-Length: +2"], ["Content-Length: 1_0"],
        ["Content-Length: 99999999999999999999999"], ["Transfer-Encoding: xchunked"], ["X-Folded: 1", " 2"],
    ],
)  # fmt: skip
def test_doubtful_framing_never_reaches_the_application(app, dial, heads):
    assert answer(dial(ask("/echo", "POST", *heads, body=b"ab")))[0] == 400
    assert app.bodies == []


def test_request_hidden_in_a_body_is_not_served(app, dial):
    hidden = ask("/echo", "GET")
    status, _, body = answer(dial(ask("/echo", "POST", "Content-Length: 5", CHUNKED, body=b"0\r\n\r\n" + hidden)))
    assert (status, body, app.bodies) == (200, b"", [b""])
