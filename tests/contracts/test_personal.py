"""Personal data on SQLite and PostgreSQL: a canary in every column of every table and in every file is given to its
owner, and is nowhere once they left."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zipfile import ZipFile

import pytest
from PIL import Image
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, Numeric, Text, insert, select, text, type_coerce

from adapters.clock import SetClock
from adapters.db.tables import metadata
from adapters.db.types import Exact, Instant, Json
from core.domain.kernel.personal import ERASED, Fate, Held, Impersonal
from entrypoints import modules
from entrypoints.records import kinds_for

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EMAIL, FORMER = "canary.bird@example.org", "canary.egg@example.org"
BOB, ADMIN = "bob@example.org", "admin@example.com"
CODES = {"role", "state", "language", "kind", "zone", "missed"}
"""Columns that hold a word of ours, which a canary would be no value of."""


def declared():
    return [one for told in modules.told("PERSONAL") for one in told]


def held():
    return [one for one in declared() if isinstance(one, Held)]


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request, make_app):
    clock = SetClock(NOW)
    where = {"database_url": request.getfixturevalue("migrated_url")} if request.param == "postgresql" else {}
    made = make_app(settings=where, clock=clock)
    with made.uow.transaction():
        made.accounts.create(ADMIN, "Root", "super-admin", "correct horse battery")
        made.accounts.create(BOB, "Bob", "member", "correct horse battery")
    return made


def test_every_column_of_every_table_is_accounted_for(app):
    """A new table or column fails here: say in `PERSONAL`, in its module's file of entrypoints/modules (of tables of
    the core: modules/personal.py), what it holds of a person, or that it holds nothing of anybody."""
    said = {name: set() for name in metadata.tables}
    for one in declared():
        columns = {column.name for column in metadata.tables[one.table].c}
        said[one.table] |= set(one.columns.split()) if isinstance(one, Impersonal) else one.accounts_for(columns)
    missing = {
        name: sorted({column.name for column in table.c} - said[name])
        for name, table in metadata.tables.items()
        if {column.name for column in table.c} - said[name]
    }
    unknown = {name: sorted(said[name] - {column.name for column in table.c}) for name, table in metadata.tables.items()
               if said[name] - {column.name for column in table.c}}  # fmt: skip
    assert (missing, unknown) == ({}, {}), test_every_column_of_every_table_is_accounted_for.__doc__


class Canaries:
    """Sets a bird into every column of the rows that are somebody's."""

    def __init__(self, app, person_id):
        self._app, self._id, self.set, self.stay, self._number = app, person_id, {}, set(), 0

    def fill(self):
        """One row for each thing that is held, but for the user, whose row is there."""
        keys = {}
        order = [table.name for table in metadata.sorted_tables]
        for one in sorted(held(), key=lambda part: (bool(part.through), order.index(part.table))):
            if one.table == "users":
                continue
            row = self._row(one, keys)
            keys.setdefault(one.table, row)
            if one.fate != Fate.DELETE:
                self.stay |= {str(row[name]) for name in one.stays.split()}
            self._app.uow.connection.execute(insert(metadata.tables[one.table]).values(row))
            said = str(row)
            self.set = {bird: of for bird, of in self.set.items() if of[0] is not one or bird in said}

    def _row(self, one, keys):
        table = metadata.tables[one.table]
        row = {column.name: self._value(one, column) for column in table.c}
        row |= dict.fromkeys(one.ids, self._id)
        row |= {
            column.name: keys[key.column.table.name][key.column.name]
            for column in table.c for key in column.foreign_keys
            if key.column.table.name in keys and column.name not in one.ids
        }  # fmt: skip
        long = [name for name in one.addresses if table.c[name].type.length > len(EMAIL)]
        row |= dict.fromkeys(long, EMAIL.upper() if one.table == "contact_messages" else EMAIL)
        row |= {name: _saying(table.c[name], row[name]) for name in one.mentions}
        row |= {name: keys[other][its] for name, other, its in one.through[:1]}
        if one.table == "tasks":
            row |= {"state": "done", "queue": "exports", "name": "x.y"}
        return row

    def _value(self, one, column):
        kind = column.type
        if isinstance(kind, Exact):
            return Decimal(1)
        if isinstance(kind, Integer | Numeric):
            return 1
        if isinstance(kind, Boolean):
            return False
        if isinstance(kind, Date):
            return date(2026, 1, 1)
        if isinstance(kind, Instant | DateTime):
            return NOW
        if column.name in CODES and not column.primary_key:
            return "done"
        bird = self._bird(one, column.name)
        return {"bird": bird} if isinstance(kind, Json | JSON) else bird

    def _bird(self, one, name):
        self._number += 1
        bird = f"zqx{self._number:03d}q"
        self.set[bird] = (one, name)
        return bird


def _saying(column, value):
    if isinstance(column.type, Json):
        return value | {"to": EMAIL}
    return f"{value} {EMAIL}"


@pytest.fixture
def ada(app):
    """Somebody with a bird in everything."""
    with app.uow.transaction():
        user = app.accounts.create(EMAIL, "Canary Name", "member", "correct horse battery")
        user.bio, user.location, user.suspension = "canary bio", "canary town", "canary reason"
        app.audit.note("changed the e-mail address", "user", user.id, before={"email": FORMER}, after={"email": EMAIL})
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    app.clock.pass_by(milliseconds=1)
    return app.pictures.change(user.id, picture.getvalue())


@pytest.fixture
def birds(app, ada):
    made = Canaries(app, ada.id)
    with app.uow.transaction():
        made.fill()
        app.uow.connection.execute(text("UPDATE audit_entries SET actor_name = :said WHERE kind = 'user'"),
                                   {"said": f"Canary Name <{FORMER}>"})  # fmt: skip
    app.inbox.keep("one", "mail", {"to": EMAIL, "subject": "canary letter"})
    app.inbox.keep("two", "mail", {"to": BOB, "subject": "not theirs"})
    return made


def copied(app, ada, drain_queue):
    with app.uow.transaction():
        task = app.copy_desk.order(ada)
    drain_queue(app, "exports")
    with app.uow.reading():
        assert app.tasks.show(task.id).error is None
        copy, file = app.copy_desk.open(task.id, ada)
    with ZipFile(file) as made:
        assert made.testzip() is None
        return {name: made.read(name) for name in made.namelist()}, copy


def everything(app):
    """The whole database and every file, as text by table and name."""
    found = {}
    with app.uow.reading():
        for name, table in metadata.tables.items():
            columns = [type_coerce(one, Text) if isinstance(one.type, Json) else one for one in table.c]
            rows = app.uow.connection.execute(select(*columns)).all()
            found[name] = "\n".join(str(tuple(row)) for row in rows)
    for path in app.settings.home.rglob("*"):
        if path.is_file() and path.suffix not in (".db", ".db-wal", ".db-shm"):
            found[str(path.relative_to(app.settings.home))] = path.name + path.read_bytes().decode("latin-1")
    return found


def test_copy_holds_every_canary_that_is_no_secret(app, ada, birds, drain_queue):
    files, _ = copied(app, ada, drain_queue)
    given = b"\n".join(files.values()).decode("utf-8", "replace")
    hidden = {bird for bird, (one, name) in birds.set.items() if name in one.secret}
    seen = {bird for bird in birds.set if bird in given}
    assert {birds.set[bird] for bird in birds.set.keys() - hidden - seen} == set()
    assert [text in given for text in ("canary bio", "canary letter", "argon2", BOB)] == [True, True, False, False]
    assert [name for name in files if name.startswith("files/picture/")] == [
        f"files/picture/{ada.image}_{side}.webp" for side in (256, 64)
    ]
    assert [len(json.loads(files[f"data/{one.file}.json"])) > 0 for one in held()] == [True] * len(held())
    assert "<h1>What is held of Canary Name</h1>" in files["index.html"].decode()


def test_erased_canary_is_nowhere(app, ada, birds, drain_queue):
    copied(app, ada, drain_queue)
    before = everything(app)
    with app.uow.transaction():
        app.leaving_desk.leave(ada.id, "canary.bird")
    app.clock.pass_by(days=14, seconds=1)
    with app.uow.transaction():
        app.outbox.enqueue("personal.erase", {})
    drain_queue(app, "upkeep")
    after = everything(app)
    kept = " ".join(birds.stay)
    words = [*(bird for bird in birds.set if bird not in kept), "anary", EMAIL, FORMER, ada.image]
    found = {word: place for place, said in after.items() for word in words if word in said.replace(ERASED, "")}
    assert found == {}
    assert [place for place, said in after.items() if ada.id in said] == ["audit_entries"]
    assert (BOB in after["users"], "not theirs" in "".join(after.values())) == (True, True)
    assert after["audit_entries"].count("\n") >= before["audit_entries"].count("\n")
    if app.uow.is_sqlite:
        with app.uow.reading():
            hits = [
                app.uow.connection.execute(text(f"SELECT count(*) FROM {name} WHERE {name} MATCH '\"anary\"'")).scalar()
                for (name,) in app.uow.connection.execute(
                    text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
                ).all()
            ]
        assert hits == [0] * len(hits)


def test_nobody_is_erased_before_their_time_and_who_came_back_is_not(app, ada, drain_queue):
    with app.uow.transaction():
        app.leaving_desk.leave(ada.id, "canary.bird")
    for days, comes_back in ((13, True), (2, False)):
        app.clock.pass_by(days=days)
        with app.uow.transaction():
            app.outbox.enqueue("personal.erase", {})
        drain_queue(app, "upkeep")
        with app.uow.transaction():
            assert app.users.get(ada.id).image == ada.image
            if comes_back:
                app.leaving_desk.stay(ada.id)
    assert app.clock.now() - NOW > timedelta(days=14)


def test_record_says_nothing_of_what_the_erased_wrote(app, drain_queue):
    """Titles and words stand in the audit, in reports and in the recycle bin, which name no author."""
    with app.uow.transaction():
        ada, admin = app.accounts.create(EMAIL, "Ada", "member", "correct horse battery"), app.users.by_email(ADMIN)
        posts = [
            app.post_desk.write(ada.id, title=f"Canary post {number}", body="Canary", tags=[]) for number in (1, 2)
        ]
        comment = app.comment_desk.write(posts[0], ada.id, "Canary comment")
        app.report_desk.report("posts", posts[0].id, by=app.users.by_email(BOB).id, reason="spam")
    kinds = kinds_for(app, "super-admin")
    with app.uow.transaction():
        app.post_desk.hide(posts[0].id, "It is spam")
        app.comment_desk.hide(comment.id, "It is spam")
        app.records.delete(kinds["post"], [posts[1].id], admin)
    with app.uow.transaction():
        app.leaving_desk.leave(ada.id, ada.username)
    app.clock.pass_by(days=14, seconds=1)
    with app.uow.transaction():
        app.outbox.enqueue("personal.erase", {})
    drain_queue(app, "upkeep")
    assert [place for place, said in everything(app).items() if "anary" in said] == []
