"""To which country a phone number belongs, by phonenumbers, which is loaded with the first number."""

from functools import lru_cache

WORLD = "001"
"""What the library calls a number of no country: satellites, shared numbers of whole networks."""


@lru_cache(maxsize=4096)
def country_of(number: str) -> str:
    """The country (ISO 3166) of an E.164 number; "" for one of no country, and for what is no number.

    Countries that share a code (+1, +44, +7) are told apart by their plans; one that fits no plan reaches nobody, and
    counts as the main country of its code.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    main = phonenumbers.region_code_for_country_code(parsed.country_code)
    country = phonenumbers.region_code_for_number(parsed) or main
    return "" if country in (None, WORLD, phonenumbers.UNKNOWN_REGION) else str(country)
