"""What an address among the settings must look like; it asks nobody whether somebody answers there."""

from urllib.parse import urlsplit


def whole(url: str, schemes: tuple[str, ...], example: str) -> str:
    """Return the address. Raises `ValueError` with a sentence unless it has one of the schemes and a place to go."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in schemes and bool(parts.path if parts.scheme == "unix" else parts.hostname)
        is_whole = is_whole and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ValueError(f"it must be an address like {example}")
    return url
