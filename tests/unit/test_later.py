"""Modules that are loaded at their first use are in all else what they are."""

import json
import subprocess
import sys

BEGIN = "from entrypoints.later import OPENSSL, load_later; load_later(*OPENSSL); import json, sys; "


def said(code: str, value: str) -> object:
    """A value in a Python of its own that loads OpenSSL later."""
    whole = f"{BEGIN}{code}; print(json.dumps({value}))"
    return json.loads(subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True).stdout)


def test_import_alone_loads_nothing():
    assert said("import asyncio, hashlib, hmac, secrets, ssl", "{'_ssl', '_hashlib'} & set(sys.modules) == set()")


def test_first_use_finds_the_whole_module():
    assert said("import hashlib", "[hashlib.sha256(b'').hexdigest()[:8], hasattr(hashlib, 'scrypt')]") == [
        "e3b0c442", True
    ]  # fmt: skip


def test_from_and_star_find_it_too():
    assert said("from secrets import *; from hmac import digest", "len(token_hex(4))") == 8


def test_asyncio_has_tls_for_who_asks():
    same = "[asyncio.sslproto.ssl is ssl, asyncio.base_events.ssl is ssl, len(asyncio.sslproto.SSLAgainErrors)]"
    assert said("import asyncio, ssl", same) == [True, True, 2]


def test_what_a_module_does_not_have_is_an_attribute_error():
    assert said("import hashlib", "[hasattr(hashlib, 'nope'), hasattr(hashlib, '__path__')]") == [False, False]
