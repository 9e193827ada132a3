"""What a phone number must look like, and the sentence for one that does not."""

import re

import pytest

from core.domain.kernel.phones import phone
from entrypoints.modules.phone import is_public


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+14155550123", "+14155550123"), (" +1 (415) 555-0123 ", "+14155550123"),
        ("+49 0171 1234567", "+491711234567"), ("+44 7700 900123", "+447700900123"),
        ("+41.44.668.18.00", "+41446681800"),
    ],
)  # fmt: skip
def test_number_is_kept_in_e164(typed, number):
    assert phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "The phone number is missing. Please fill it in."),
        ("0171 1234567", "The phone number does not say its country. "
         "Write it with + and the country's code, like +14155550123."),
        ("0049171123", "The phone number begins with 00, which is not dialled everywhere. "
         "Begin with + instead: +49171123"),
        ("+1 415", "The phone number is too short for its country: +1415. Write all of its digits."),
        ("+1 415 555 0123 456", "The phone number is too long for its country: +14155550123456. "
         "Take the digits out that are too many."),
        ("+999 123456", "The phone number begins with no country's code (+999). "
         "Write it with + and the country's code, like +14155550123."),
        ("+1 800 FLOWERS", "The phone number holds more than digits. "
         "Write it with + and the country's code, like +14155550123."),
        ("+1415555\n0123", "The phone number must be on one line. Take the line break out."),
        (14155550123, "The phone number must be text."),
    ],
)  # fmt: skip
def test_bad_number_is_told_what_why_and_what_next(typed, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        phone(typed)


@pytest.mark.parametrize(
    ("base_url", "public"),
    [
        ("https://www.harbour.example", True), ("https://8.8.8.8:8443", True), ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False), ("http://enginebay:8000", False), ("http://192.168.1.5", False),
        ("http://[::1]:8000", False), ("http://box.local", False), ("http://10.0.0.1", False),
    ],
)  # fmt: skip
def test_news_is_asked_for_at_public_addresses_only(base_url, public):
    assert is_public(base_url) is public
