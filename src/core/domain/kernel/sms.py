"""How long an SMS is, as networks count it (3GPP TS 23.038 and 23.040); it knows no vendor and no price."""

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = set("\f^{}\\[~]|€")
"""Each of these takes the place of two."""
ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""What fits into a message of one part, and into each part of a longer one, which a header shortens."""


def encoding(text: str) -> str:
    """`GSM-7` when every sign is in the telephone's own alphabet, else `UCS-2`, which holds less than half."""
    return "GSM-7" if set(text) <= GSM | GSM_ESCAPED else "UCS-2"


def parts(text: str) -> int:
    """How many parts a text is sent, and charged, as; a sign of two units is never cut in two."""
    coded = encoding(text)
    whole, each = ROOM[coded]
    sizes = [_size(sign, coded) for sign in text]
    if sum(sizes) <= whole:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def _size(sign: str, coded: str) -> int:
    return 2 if (sign in GSM_ESCAPED and coded == "GSM-7") or ord(sign) > 0xFFFF else 1
