"""How many parts an SMS is charged as, by the networks' rules."""

import pytest

from core.domain.kernel.sms import encoding, parts


@pytest.mark.parametrize(
    ("text", "coded", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 153, "GSM-7", 3),  # 76 whole ones in each part: the last unit stays empty, for none is cut in two
        ("ł" * 70, "UCS-2", 1),
        ("ł" * 71, "UCS-2", 2),
        ("🐝" * 35, "UCS-2", 1),
        ("🐝" * 67, "UCS-2", 3),  # 33 in each part
    ],
)
def test_parts_are_counted_as_networks_do(text, coded, count):
    assert (encoding(text), parts(text)) == (coded, count)
