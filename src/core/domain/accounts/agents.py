"""What a browser calls itself, in words that its owner knows it by; a guess, and never a proof of anything."""

from __future__ import annotations

PROGRAMS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"), ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"), ("DuckDuckGo/", "DuckDuckGo"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Chromium/", "Chromium"), ("Safari/", "Safari"),
    ("MSIE ", "Internet Explorer"), ("Trident/", "Internet Explorer"), ("curl/", "curl"),
    ("python-requests/", "Python"), ("okhttp/", "App"), ("CFNetwork/", "App"),
)  # fmt: skip
"""What stands in a name, and what it means; the special first, since nearly all call themselves Chrome or Safari."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"), ("Mac OS X", "Mac"), ("Linux", "Linux"), ("X11", "Linux"),
)  # fmt: skip
HANDHELD = ("iPhone", "iPad", "Android")


def program_of(agent: str) -> str:
    """The browser, like Firefox; "" when it is none that is known here."""
    return next((name for mark, name in PROGRAMS if mark in agent), "")


def system_of(agent: str) -> str:
    """What it runs on, like Windows; "" when it does not say."""
    return next((name for mark, name in SYSTEMS if mark in agent), "")


def in_words(agent: str) -> str:
    """Both as one: Firefox on Windows."""
    program, system = program_of(agent), system_of(agent)
    if program and system:
        return f"{program} on {system}"
    return program or system or "an unknown browser"
