"""Searching: the same words find the same records in memory, SQLite and PostgreSQL; in databases by an index."""

import pytest
from sqlalchemy import text

from adapters.db import search
from adapters.db.stand_ins import table_of
from core.domain.contact import ContactMessage
from core.domain.records import Record
from entrypoints.records import declare

MESSAGES = Record(
    ContactMessage, "contact message", ("created_at", "name"), search=("name", "email", "subject", "message"),
    filters=("name",), editable=("subject", "message"),
)  # fmt: skip
SUBJECTS = {
    "umlaut": "ÄRGER über Öl",
    "percent": "50% off_7",
    "quote": 'the "Difference" engine\'s cog',
    "slash": "back\\slash",
    "greek": "ΛΟΓΟΣ и СЛОВО",
    "wide": "差分機関",
    "stars": "a* NEAR(b) OR c:d - (e)",
}
FOUND = {
    "ärger": ["umlaut"], "ÜBER ärg": ["umlaut"], "öl": ["umlaut"], "Ä": ["umlaut"], "ö": ["umlaut"], "arger": [],
    "%": ["percent"], "_7": ["percent"], "f_7": ["percent"], "50%": ["percent"], "0%o": [], "%%%": [],
    '"': ["quote"], '"Diff': ["quote"], 'ENCE"': ["quote"], "e's": ["quote"], "'": ["quote"],
    "\\": ["slash"], "k\\s": ["slash"], "\\\\\\": [], "словО": ["greek"], "СЛ": ["greek"], "λογ": ["greek"],
    "差分機": ["wide"], "差": ["wide"], "a*": ["stars"], "NEAR(": ["stars"], "OR": ["stars"], "c:d": ["stars"],
    "(e)": ["stars"], "ada@": sorted(SUBJECTS), "ada example.com": sorted(SUBJECTS), "ada@example.comärg": [],
    "umlautärger": [], "off 50%": ["percent"], "off nothing": [],
}  # fmt: skip
UNINDEXED = {
    "task": "each change of its state would write the index anew; old tasks go after 30 days",
    "session": "each use would write it anew; those of a user are found by an index",
    "notice": "written for every message; those of a user are found by an index, and they go after 90 days",
}


@pytest.fixture
def messages(kept):
    """A message for each subject; its name says which it is."""
    with kept.uow.transaction():
        for name, subject in SUBJECTS.items():
            kept.contact.receive(name=name, email="ada@example.com", subject=subject, message="Hallo")


def found(kept, words):
    with kept.uow.reading():
        rows = kept.records.page(MESSAGES, MESSAGES.question(search=words, order="id"), 50).rows
    return sorted(row["name"] for row in rows)


def test_search_finds_the_same_everywhere(kept, messages):
    assert {words: found(kept, words) for words in FOUND} == FOUND


def test_filter_by_what_is_contained_knows_umlauts_and_no_wildcards(kept, messages):
    with kept.uow.transaction():
        kept.contact.receive(name="ÖRTE_%", email="ada@example.com", subject="s", message="m")
    counted = {}
    for words in ("örte", "_%", "RTE_", "%R", "rteX"):
        question = MESSAGES.question(filters={("name", "contains"): words})
        with kept.uow.reading():
            counted[words] = len(kept.records.page(MESSAGES, question, 50).rows)
    assert counted == {"örte": 1, "_%": 1, "RTE_": 1, "%R": 0, "rteX": 0}


def test_search_follows_changes_and_deletion(kept, messages):
    with kept.uow.transaction():
        every = kept.records.page(MESSAGES, MESSAGES.question(order="-name"), 50).rows
        changed, deleted = (kept.record_store.lock(ContactMessage, row["id"]) for row in every[:2])
        changed.subject = "Webstuhl"
        kept.record_store.delete(deleted)
    assert [found(kept, words) for words in ("webstuhl", "ärger", "差分機")] == [["wide"], [], []]


def test_index_of_a_vacuumed_sqlite_still_leads_to_its_rows(make_app, clock):
    """FTS5 knows rows by number; SQLite keeps the numbers of a table that has an index."""
    app = make_app(clock=clock)
    for name in ("first", "second", "third"):
        with app.uow.transaction():
            app.contact.receive(name=name, email="ada@example.com", subject=f"the {name} cog", message="m")
    with app.uow.transaction():
        (first,) = app.record_store.page(ContactMessage, ("id",), MESSAGES.question(search="first"), 50).rows
        app.record_store.delete(app.record_store.lock(ContactMessage, first["id"]))
    with app.uow.apart() as connection:
        connection.execute(text("VACUUM"))
    assert [found(app, words) for words in ("first", "second", "third")] == [[], ["second"], ["third"]]


def test_every_declared_search_has_its_index(kept):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory has no indexes")
    with kept.uow.reading():
        indexes = {
            record.name: search.fields(kept.uow.connection, table_of(record.entity).name)
            for record in declare(kept) if record.search and record.name not in UNINDEXED
        }  # fmt: skip
    wanted = {one.name: one.search for one in declare(kept) if one.search and one.name not in UNINDEXED}
    assert indexes == wanted


@pytest.mark.parametrize("words", [("webstuhl",), ("web", "stuhl"), ("webstuhl", "st")])
def test_search_for_rare_words_asks_the_index(kept, messages, words):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory has no indexes")
    question = MESSAGES.question(search=" ".join(words), order="id")
    plan = "\n".join(explained(kept, question))
    is_sqlite = kept.uow.is_sqlite
    assert ("VIRTUAL TABLE INDEX" if is_sqlite else "Bitmap Index Scan on contact_messages_search") in plan


def explained(kept, question):
    with kept.uow.transaction():
        statement = kept.record_store.looked_up(ContactMessage, ("id", "name"), question, 51)
        if not kept.uow.is_sqlite:
            kept.uow.connection.execute(text("SET LOCAL enable_seqscan = off"))  # seven rows are quicker read
        sql = statement.compile(kept.uow.engine, compile_kwargs={"literal_binds": True})
        asked = f"EXPLAIN {'QUERY PLAN ' if kept.uow.is_sqlite else ''}{sql}"
        return [str(row) for row in kept.uow.connection.exec_driver_sql(asked)]
