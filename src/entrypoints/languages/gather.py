"""`make words`: brings the catalogues up to date with what pages and declarations say; nothing here runs in a request.

New text comes in untranslated, text that is gone goes out; what resembles the old text is marked fuzzy and waits for a
person. `tests/walls/test_words.py` fails until somebody has written it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.domain.kernel.personal import Held
from core.domain.records import Record
from entrypoints import modules
from entrypoints.container import App
from entrypoints.languages import FOLDER, SPOKEN
from entrypoints.roles import declared as declared_permissions
from entrypoints.web.errors import BY_SLUG

SOURCES = FOLDER.parent
METHODS = [("**/static/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
TRANSLATED = tuple(name for name in SPOKEN if name != "en")
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""Instead of the time of the last change, which would be another line that two people change at once."""


def template(app: App) -> Catalog:
    """Return everything that is said in English: what is marked in pages and code, and what declarations say."""
    found = Catalog(project="Enginebay", version="1", creation_date=ALWAYS, revision_date=ALWAYS, fuzzy=False)
    marked = extract_from_dir(SOURCES, METHODS, OPTIONS, keywords={**DEFAULT_KEYWORDS, "N_": None})
    for name, _, message, _, context in sorted(marked, key=lambda one: one[:2]):
        found.add(message, None, [(f"src/entrypoints/{Path(name).as_posix()}", 0)], context=context)
    for held in (one for told in modules.told("PERSONAL") for one in told if isinstance(one, Held)):
        for said in filter(None, (held.about, held.why)):
            found.add(said, None, [("personal data", 0)])
    for permission in declared_permissions(app).values():
        for text in (permission.part, permission.label):
            found.add(text, None, [(f"permission/{permission.name.partition('.')[0]}", 0)])
    for record in app.declared.values():
        for text in filter(None, _declared(record)):
            found.add(text, None, [(f"kind/{record.slug}", 0)])
    for one in app.message_classes.values():
        for text in (one.label, one.tells, *(fact.tells for fact in one.facts.values())):
            found.add(text, None, [(f"message/{one.name}", 0)])
    for scope, text in app.scopes.items():
        found.add(text, None, [(f"scope/{scope}", 0)])
    for problem in BY_SLUG.values():
        for text in filter(None, (problem.title, problem.sentence)):
            found.add(text, None, [(f"problem/{problem.slug}", 0)])
    return found


def catalogue(language: str) -> Catalog:
    """Return a language's catalogue as it is kept; an empty one for a new language."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        about = f"# {SPOKEN[language]}. English stands in the code; `make words` brings this file up to date."
        return Catalog(locale=language, header_comment=about, project="Enginebay", version="1", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def waits(message: Message) -> bool:
    """Whether a person has yet to write this translation, or look at it again."""
    written = message.string if isinstance(message.string, tuple) else (message.string,)
    return bool(message.id) and (message.fuzzy or not all(written))


def _declared(record: Record) -> Iterator[str]:
    """What a declaration says of a kind of record, as the panel shows it."""
    yield from (record.name, record.many, record.heading, record.about, record.empty, record.lost)
    for field in (*record.fields.values(), *record.extra):
        yield from (field.label, field.hint, *(() if field.names else field.allowed))
    for name, action in record.actions.items():
        yield from (name, action.label)


def main() -> None:
    """Write every catalogue anew, and say how many messages wait for a translation."""
    from entrypoints.config import load
    from entrypoints.container import build

    said = template(build(load()))
    for language in TRANSLATED:
        kept = catalogue(language)
        kept.update(said)
        kept.creation_date = kept.revision_date = ALWAYS
        with (FOLDER / f"{language}.po").open("wb") as target:
            write_po(target, kept, width=120, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
        waiting = sum(map(waits, kept))
        sys.stdout.write(f"{language}.po: {len(kept)} messages, {waiting} of them wait for a translation.\n")


if __name__ == "__main__":
    main()
