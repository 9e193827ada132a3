"""Phone numbers as the whole world writes them (ITU-T E.164); it knows no vendor, and guesses no country."""

import re

from core.domain.kernel.errors import Rejected
from core.domain.kernel.rules import one_line

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
WRITTEN = re.compile(r"\+[0-9 ()./-]+")
LONGEST = 40
LONGEST_SMS = 1600
"""Characters: what Twilio and Amazon SNS both take at most, in ten parts or more."""
EXAMPLE = "Write it with + and the country's code, like +14155550123."


def phone(value: object, what: str = "The phone number") -> str:
    """The number in E.164: + and 7 to 15 digits. Spaces, brackets and dashes between them are taken out.

    Whether its country has numbers of this length is asked of libphonenumber; whether this one is given to somebody is
    not, as its tables are older than the newest numbers.
    """
    text = one_line(value, what, LONGEST)
    if text.startswith("00"):
        raise ValueError(f"{what} begins with 00, which is not dialled everywhere. Begin with + instead: +{text[2:]}")
    if not text.startswith("+"):
        raise ValueError(f"{what} does not say its country. {EXAMPLE}")
    if not WRITTEN.fullmatch(text):
        raise ValueError(f"{what} holds more than digits. {EXAMPLE}")
    return _of_its_country(text, what)


def _of_its_country(text: str, what: str) -> str:
    """phonenumbers is loaded by the first number, which an idle process never sees."""
    import phonenumbers
    from phonenumbers import ValidationResult

    try:
        read = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{what} begins with no country's code ({text[:4].strip()}). {EXAMPLE}") from None
    possible = phonenumbers.is_possible_number_with_reason(read)
    number = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    if possible is ValidationResult.TOO_LONG:
        raise ValueError(f"{what} is too long for its country: {number}. Take the digits out that are too many.")
    if possible is not ValidationResult.IS_POSSIBLE or not E164.fullmatch(number):
        raise ValueError(f"{what} is too short for its country: {number}. Write all of its digits.")
    return number


def check_call(to: str, text: str) -> None:
    """Raise `Rejected` for what no vendor takes: a number that is not E.164, and no words."""
    if not E164.fullmatch(to):
        raise Rejected(f"{to[:40]!r} is not a phone number in E.164, like +14155550123. Correct the number.")
    if not text.strip():
        raise Rejected("There are no words to send, so nothing was sent. Write some.")


def check_sms(to: str, text: str) -> None:
    """The same, and for more words than an SMS may have."""
    check_call(to, text)
    if len(text) > LONGEST_SMS:
        raise Rejected(f"An SMS has at most {LONGEST_SMS:,} characters, this one {len(text):,}. Shorten it.")
