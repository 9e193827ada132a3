"""Which language a visitor reads, and its catalogue; it translates what templates and pages mark, and decides nothing.

English stands in the code. `de.po` beside this file is read as it is, at the first page in that language: there is no
compiled file that could be older than it. `make words` brings the catalogue up to date (`gather.py`).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, current_app, g, has_request_context, redirect, request
from flask_babel import Babel, Domain
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from core.domain.kernel.errors import Invalid
from entrypoints import policies

SPOKEN = {"en": "English", "de": "Deutsch"}
COOKIE = "language"
YEAR = 365 * 24 * 3600
LOCAL = re.compile(r"^/(?![/\\])[^\s\\\x00-\x1f]*\Z")
FOLDER = Path(__file__).parent


def N_(text: str) -> str:
    """Mark text that is translated where it is shown, by `told`."""
    return text


class Catalogues(Domain):  # type: ignore[misc]
    """Our one catalogue a language."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the language that this visitor reads."""
        return catalogue(language())


class Tongues(Babel):  # type: ignore[misc]
    """Flask-Babel with our catalogues."""

    domain_instance = Catalogues()


def speak(flask_app: Flask) -> None:
    """Have a Flask app speak every language there is; a second call does nothing."""
    if "babel" in flask_app.extensions:
        return
    flask_app.jinja_env.policies["ext.i18n.trimmed"] = True
    Tongues(flask_app, locale_selector=language)
    flask_app.jinja_env.globals.update(gettext=said, _=said)  # Flask-Babel's ask for the language five times a word
    flask_app.jinja_env.filters.update(told=told, within=within, moment=moment, day=day, number=number, exact=exact)
    flask_app.context_processor(lambda: {"language": language(), "spoken": SPOKEN, "here": _here()})
    flask_app.after_request(_name)
    pages = _pages()
    flask_app.register_blueprint(pages)
    flask_app.extensions["csrf"].exempt(pages)


def language() -> str:
    """The language of this visitor: the one of their account, or that of this browser, else the best it asks for."""
    if not has_request_context():
        return "en"
    here: Any = g._get_current_object()  # asked several hundred times a page, so past the proxy, and found out once
    visitor = here.get("_login_user")
    spoken: str | None = here.get("language")
    if spoken is None or here.language_of is not visitor:
        here.language_of = visitor
        chosen = _of_account() or request.cookies.get(COOKIE)
        spoken = here.language = chosen if chosen in SPOKEN else _asked_for()
    return spoken


def said(text: str, /, **values: Any) -> Markup:
    """Text of a template in the visitor's language; values are escaped where they are put in."""
    return _pattern(language(), text) % values if values else _plain(language(), text)


@lru_cache(maxsize=4096)
def _pattern(name: str, text: str) -> Markup:
    return Markup(catalogue(name).gettext(text))  # noqa: S704 – a template's own text


@lru_cache(maxsize=4096)
def _plain(name: str, text: str) -> Markup:
    """Even without values it is a pattern, so that %% is written for % everywhere."""
    return _pattern(name, text) % {}


def _of_account() -> str:
    """What the visitor's account says, once it is known who they are; to find out is not done here."""
    spoken = getattr(getattr(g.get("_login_user"), "user", None), "language", "").partition("-")[0]
    return spoken if spoken in SPOKEN else ""


def _asked_for() -> str:
    """The first language of the browser's list that is spoken here, whatever the country: en-GB is English."""
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((tag for tag in wanted if tag in SPOKEN), "en")


@cache
def catalogue(name: str) -> NullTranslations:
    """Return a language's catalogue; English has none."""
    path = FOLDER / f"{name}.po"
    if not path.exists():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=name))
    compiled.seek(0)
    return Translations(compiled)


def told(text: str) -> str:
    """Text that stands somewhere else in English, in the visitor's language; unchanged when nobody translated it."""
    return str(catalogue(language()).gettext(text)) if text else ""


def within(text: str) -> str:
    """The same, within a sentence: English writes names of things small, German does not."""
    return text.lower() if language() == "en" else told(text)


def moment(value: datetime | str, *, months: str = "wide") -> str:
    """An instant (or its ISO 8601) as people read it: 24 November 2026, 15:32:53 UTC."""
    instant = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
    return f"{day(instant.date(), months=months)}, {instant:%H:%M:%S}{' UTC' if months == 'wide' else ''}"


def brief(value: datetime) -> str:
    """An instant as it stands in a table: 24 Nov 2026, 15:32:53. It is in UTC, as the page says."""
    return moment(value, months="abbreviated")


def day(value: date, *, months: str = "wide") -> str:
    """A day as people read it: 24 November 2026."""
    return _day(language(), value.year, value.month, value.day, months)


@lru_cache(maxsize=1024)
def _day(name: str, year: int, number: int, day: int, months: str) -> str:
    pattern = catalogue(name).gettext(N_("%(day)s %(month)s %(year)s"))
    return str(pattern) % {"day": day, "month": _months(name, months)[number], "year": year}


def weekday(value: date) -> str:
    """A day of these weeks: Tue 24 Nov."""
    named = _weekdays(language())[value.weekday()]
    return told(N_("%(weekday)s %(day)s")) % {"weekday": named, "day": day_of_year(value)}


def day_of_year(value: date, *, months: str = "abbreviated") -> str:
    """A day of this year: 24 Nov."""
    return told(N_("%(day)s %(month)s")) % {"day": value.day, "month": month(value, months=months)}


def month(value: date, *, months: str = "wide") -> str:
    """The name of a day's month."""
    return str(_months(language(), months)[value.month])


def number(value: int) -> str:
    """A whole number as people read it: 1,234,567."""
    return f"{value:,}".replace(",", _signs(language())[0])


def exact(value: Decimal | float, form: str = "f") -> str:
    """A decimal number with all its digits: 1.0525."""
    group, point = _signs(language())
    return f"{value:{form}}".translate({ord(","): group, ord("."): point})


@cache
def _months(name: str, width: str) -> Any:
    """The names of the months by number; nobody who reads English pays for a table of languages."""
    if name == "en":
        return calendar.month_name if width == "wide" else calendar.month_abbr
    from babel import Locale

    return Locale(name).months["format"][width]


@cache
def _weekdays(name: str) -> Any:
    if name == "en":
        return calendar.day_abbr
    from babel import Locale

    return Locale(name).days["format"]["abbreviated"]


@cache
def _signs(name: str) -> tuple[str, str]:
    """What stands between thousands, and before decimals."""
    if name == "en":
        return ",", "."
    from babel import Locale

    symbols: Any = Locale(name).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


def _name(answer: Response) -> Response:
    """Say in which language a page is, and that another visitor would have got another one."""
    if answer.mimetype == "text/html" and "Location" not in answer.headers and "Content-Language" not in answer.headers:
        answer.headers["Content-Language"] = language()
        answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def _pages() -> Blueprint:
    """The switch. It changes nothing but what somebody reads, so it needs no token; the edge checks its origin."""
    pages = Blueprint("languages", __name__, template_folder="templates")

    @pages.post("/language")
    @policies.anyone
    def choose() -> AnyResponse:
        chosen, back = request.form.get("language", ""), request.form.get("next", "")
        if chosen not in SPOKEN:
            raise Invalid({"language": f"There is no language {chosen[:20]!r} here. Take one of: {', '.join(SPOKEN)}."})
        if _of_account() and g._login_user.scopes is None:
            _remember(g._login_user.user.id, chosen)
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        answer = redirect(back if LOCAL.match(back) else "/", 303)
        answer.set_cookie(COOKIE, chosen, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
        return answer

    return pages


def _remember(user_id: str, chosen: str) -> None:
    """Have an account that says a language say this one."""
    app = current_app.extensions["enginebay"]
    with app.uow.transaction():
        app.profiles.change(user_id, {"language": chosen})


def _here() -> str:
    """The address of this page, if it can be asked for again."""
    rule = request.url_rule
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.path if rule and "GET" in (rule.methods or ()) else "/"
