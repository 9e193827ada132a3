"""Requests to addresses that strangers give: to public machines only, without redirects; it knows no push.

The address that was looked at is the one connected to, so a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError

from core.domain.kernel.errors import Rejected


def session(trusted: Collection[str]) -> requests.Session:
    """Return a session that asks public machines by https, and the `trusted` hosts however they are reached."""
    made = _Straight()
    made.trust_env = False  # a proxy would look names up in our place
    made.mount("https://", _Public())
    made.mount("http://", _Refusing())
    for host in trusted:
        for scheme in ("http", "https"):
            made.mount(f"{scheme}://{host}/", HTTPAdapter())
            made.mount(f"{scheme}://{host}:", HTTPAdapter())
    return made


class _Straight(requests.Session):
    def get_redirect_target(self, resp: Any) -> None:
        """Nowhere: what we send is for the address that was given, and for no other."""


class _Refusing(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        raise Rejected(f"{urlsplit(str(request.url)).hostname} is not reached by https, so nothing was sent there.")


class _Public(HTTPAdapter):
    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _PublicPool}


class _PublicConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        """Connect to an address that was found public; the certificate is still that of the name."""
        name = self._dns_host
        self._dns_host = _public_address(self, name, self.port or 443)
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


def _public_address(connection: HTTPConnection, name: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as unknown:
        error = unknown if isinstance(unknown, socket.gaierror) else socket.gaierror(str(unknown))
        raise NameResolutionError(name, connection, error) from unknown
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not all(ip_address(address).is_global for address in addresses):
        raise Rejected(f"{name} leads into a network that is not public, so nothing was sent there.")
    return addresses[0]
