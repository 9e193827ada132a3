"""What every source of rates promises: memory, the sandbox, and the real adapters over HTTP on loopback."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import pytest
from tests.guards import memory_guards

from adapters.clock import SetClock
from adapters.exchange.ecb import ALL, DAILY, EcbRates
from adapters.exchange.frankfurter import FrankfurterRates
from adapters.exchange.memory import MemoryExchange
from adapters.exchange.sandbox import SandboxExchange
from adapters.resilience import in_order, questions
from core.domain.kernel.errors import Unavailable
from core.ports.exchange import DayRates

DAYS = {"2026-11-24": {"USD": "1.0485", "JPY": "161.52"}, "2026-11-23": {"USD": "1.0470", "JPY": "161.00"}}
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}<gesmes:Envelope '
    'xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
    "<gesmes:subject>Reference rates</gesmes:subject><Cube>{cubes}</Cube></gesmes:Envelope>"
)


def xml(cubes=None, doctype=""):
    day, rates = next(iter(DAYS.items()))
    inner = "".join(f"<Cube currency='{name}' rate='{rate}'/>" for name, rate in rates.items())
    return ENVELOPE.format(cubes=cubes or f"<Cube time='{day}'>{inner}</Cube>", doctype=doctype).encode()


def archive(text=None):
    lines = ["Date,USD,EEK,JPY,", *(f"{day},{rates['USD']},N/A,{rates['JPY']}," for day, rates in DAYS.items())]
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("eurofxref-hist.csv", "\n".join(lines) if text is None else text)
    return kept.getvalue()


class Vendor:
    """A web server on loopback that answers by path, and remembers what it was asked."""

    def __init__(self):
        self.answers, self.status, self.asked = {}, 200, []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                vendor.asked.append(self.path)
                body = next((body for start, body in vendor.answers.items() if self.path.startswith(start)), b"{}")
                self.send_response(vendor.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def vendor():
    made = Vendor()
    made.answers = {
        DAILY: xml(),
        ALL: archive(),
        "/v1/latest": json.dumps(
            {"amount": 1.0, "base": "EUR", "date": "2026-11-24", "rates": {"USD": 1.0485, "JPY": 161.52}}
        ).encode(),
        "/v1/2026-": json.dumps(
            {"rates": {day: {k: float(v) for k, v in r.items()} for day, r in DAYS.items()}}
        ).encode(),
        "/v1/": b'{"rates": {}}',
    }
    yield made
    made.close()


@pytest.fixture(params=["memory", "sandbox", "ecb", "frankfurter", "in order"])
def exchange(request, vendor):
    dead = "http://127.0.0.1:1"
    return {
        "memory": lambda: MemoryExchange([_day(day, rates, "memory") for day, rates in DAYS.items()]),
        "sandbox": lambda: SandboxExchange(SetClock(datetime(2026, 11, 24, 18, tzinfo=UTC))),
        "ecb": lambda: EcbRates(vendor.url),
        "frankfurter": lambda: FrankfurterRates(vendor.url),
        "in order": lambda: _in_order(ecb=EcbRates(dead), frankfurter=FrankfurterRates(vendor.url)),
    }[request.param]()


def _day(day, rates, source):
    exact = {name: Decimal(rate) for name, rate in rates.items()}
    return DayRates(day=date.fromisoformat(day), rates=exact, source=source)


def test_latest_are_exact_decimals_of_a_day(exchange):
    found = exchange.latest()
    assert found.day == date(2026, 11, 24)
    if found.source != "sandbox":
        assert found.rates == {"USD": Decimal("1.0485"), "JPY": Decimal("161.52")}
    assert {type(rate) for rate in found.rates.values()} == {Decimal}


def test_history_is_day_by_day_newest_first(exchange):
    history = exchange.history()
    days = [one.day for one in islice(history.days, 2)]
    assert days == [date(2026, 11, 24), date(2026, 11, 23)]
    assert history.total >= 2


def test_sandbox_has_rates_of_every_working_day_and_of_no_day_to_come():
    clock = SetClock(datetime(2027, 3, 1, 8, tzinfo=UTC))
    days = [one.day for one in SandboxExchange(clock).history().days]
    assert (days[0], len(days) > 100) == (date(2027, 3, 1), True)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "a bomb of entities": xml("<Cube time='2026-11-24'><Cube currency='USD' rate='&i;'/></Cube>", BOMB + "]>"),
    "a file of ours": xml("&x;", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "another address": xml("&x;", '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'),
    "no XML": b"<html>Service unavailable",
    "nothing": b"",
    "no day": xml("<Cube><Cube currency='USD' rate='1'/></Cube>"),
    "no currency": xml("<Cube time='2026-11-24'/>"),
    "a rate of nought": xml("<Cube time='2026-11-24'><Cube currency='USD' rate='0.0'/></Cube>"),
    "no rate": xml("<Cube time='2026-11-24'><Cube currency='USD'/></Cube>"),
    "infinity": xml("<Cube time='2026-11-24'><Cube currency='USD' rate='Infinity'/></Cube>"),
    "an exponent": xml("<Cube time='2026-11-24'><Cube currency='USD' rate='1e999999'/></Cube>"),
    "a currency that is a script": xml("<Cube time='2026-11-24'><Cube currency='&lt;b&gt;' rate='1'/></Cube>"),
    "too much": b" " * 100_000,
    "another encoding": xml().replace(b"UTF-8", b"x-nobody-knows"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_xml_is_refused_with_a_sentence(vendor, what):
    vendor.answers[DAILY] = HOSTILE[what]
    with pytest.raises(Unavailable, match=r"Nothing was changed|not read further"):
        EcbRates(vendor.url).latest()


@pytest.mark.parametrize(
    "packed", [b"", b"PK no archive", archive("Date,USD\n2026-13-45,1\n"), archive(""), archive("0" * 40_000_000)],
    ids=["nothing", "no archive", "no day", "no days", "a bomb"],
)  # fmt: skip
def test_hostile_archive_is_refused_with_a_sentence(vendor, packed):
    vendor.answers[ALL] = packed
    with pytest.raises(Unavailable, match="cannot be read as rates"):
        list(EcbRates(vendor.url).history().days)


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"date": 5, "rates": []}', b'{"date": "2026-11-24", "rates": {"USD": -1}}', b"[" * 60_000]
)
def test_hostile_json_is_refused_with_a_sentence(vendor, body):
    vendor.answers["/v1/latest"] = body
    with pytest.raises(Unavailable, match="cannot be read as rates"):
        FrankfurterRates(vendor.url).latest()


def test_vendor_that_is_broken_or_away_is_unavailable(vendor):
    vendor.status = 503
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 answered 503"):
        EcbRates(vendor.url).latest()
    with pytest.raises(Unavailable, match="does not answer"):
        EcbRates("http://127.0.0.1:1").latest()


def test_in_order_says_what_each_source_said():
    away = MemoryExchange()
    away.fail_with = Unavailable("The first is away.")
    with pytest.raises(Unavailable, match=r"The first is away\. This exchange was given no days\."):
        _in_order(first=away, second=MemoryExchange()).latest()


def _in_order(**sources):
    return in_order("exchange", sources.items(), memory_guards(), questions(60.0))
