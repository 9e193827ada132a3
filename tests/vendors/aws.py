"""Amazon on loopback, by moto: one server a process, emptied before each test; nothing leaves the machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from entrypoints.vendor_settings import Aws

REGION, ACCOUNT = "eu-west-1", "123456789012"
SENDER = "noreply@harbour.example"
BUCKET = "harbour-exports"


class Amazon:
    """What stands at `url`, and what was given to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def account(self) -> Aws:
        """`settings.aws` for it."""
        return Aws(region=REGION, access_key_id="harbour", secret_access_key="sesame", endpoint_url=self.url)

    def client(self, service: str) -> Any:
        """A client of boto3, to prepare what a test needs."""
        from adapters.aws import Aws as Asking

        return Asking(self.account).client(service)

    def environment(self) -> dict[str, str]:
        """The same as a process is told it."""
        return {
            "ENGINEBAY_AWS__REGION": REGION, "ENGINEBAY_AWS__ACCESS_KEY_ID": "harbour",
            "ENGINEBAY_AWS__SECRET_ACCESS_KEY": "sesame", "ENGINEBAY_AWS__ENDPOINT_URL": self.url,
        }  # fmt: skip

    def backend(self, service: str) -> Any:
        """What moto keeps of a service in our region: `backend("sns").sms_messages`, `backend("ses").sent_messages`."""
        from moto.backends import get_backend

        return get_backend(service)[ACCOUNT][REGION]

    def empty(self) -> None:
        """Forget everything, but for what an account has before anything is sent: a verified sender."""
        requests.post(f"{self.url}/moto-api/reset", timeout=5).raise_for_status()
        self.backend("ses").verify_email_identity(SENDER)


@pytest.fixture(scope="session")
def _moto() -> Iterator[Amazon]:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Amazon(f"http://{host}:{port}")
    server.stop()


@pytest.fixture
def amazon(_moto: Amazon) -> Amazon:
    """Amazon, empty. A test module takes it by `from tests.vendors.aws import _moto, amazon`, or its conftest does."""
    _moto.empty()
    return _moto
