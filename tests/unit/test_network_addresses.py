"""What proxies write of where somebody comes from, and what that is counted under."""

import pytest

from core.domain.kernel.addresses import network, plain


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7:40001", "192.0.2.7"),
        ("[2001:db8::1]:40001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        *(
            (odd, "")
            for odd in ("", "unknown", "::zz", ":", "1::2::3", "[", "x" * 70, "192.0.2.7\0", "1.2.3.4, 5.6.7.8")
        ),
    ],
)
def test_an_address_is_read_out_of_what_a_proxy_wrote(written, address):
    assert plain(written) == address


def test_a_household_is_counted_as_one_and_whoever_comes_by_ipv4_as_themselves():
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("") == network("nonsense") == "unknown"
