"""Reports over every way to keep them: one open of each person and thing, decided once, told to whose thing it is."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core.domain.audit import AuditEntry
from core.domain.kernel.errors import Conflict, Invalid, NotFound
from core.domain.kernel.marks import on
from core.domain.moderation import ReportUpheld
from core.ports.records import Question

PASSWORD = "correct horse battery"


@pytest.fixture
def people(kept):
    with kept.uow.transaction():
        return {name: kept.accounts.create(f"{name}@example.com", name.title(), "member", PASSWORD) for name in
                ("ada", "bob", "eve")}  # fmt: skip


@pytest.fixture
def report(kept, people):
    """Report Eve: `report("ada")`; returns the report and whether it is new."""

    def made(by, reason="spam", words="", about="eve"):
        kept.clock.pass_by(seconds=1)
        with kept.uow.transaction():
            return kept.report_desk.report("users", about, by=people[by].id, reason=reason, words=words)

    return made


def test_report_is_kept_whole_with_what_it_is_about(kept, people, report):
    made, is_new = report("ada", "other", " Sells\r\nwatches. ")
    with kept.uow.reading():
        found = kept.report_desk.own(made.id, people["ada"].id)
    eve = people["eve"]
    said = [{"user_id": eve.id, "username": "eve", "name": "Eve", "bio": ""}]
    assert (is_new, found.about_kind, found.about_id, found.label) == (True, "users", eve.id, "@eve")
    assert (found.reason, found.words, found.context, found.state) == ("other", "Sells\nwatches.", said, "open")
    assert (found.created_at, found.decided_at, found.decided_by, found.note) == (kept.clock.now(), None, None, "")


def test_second_report_of_the_same_changes_the_first(kept, people, report):
    first, second = report("ada"), report("ada", "hate", "It grew worse.")
    other = report("bob")
    assert [is_new for _, is_new in (first, second, other)] == [True, False, True]
    assert (second[0].id, other[0].id == second[0].id) == (first[0].id, False)
    with kept.uow.reading():
        found = kept.report_desk.own(first[0].id, people["ada"].id)
        assert (found.reason, found.words, found.updated_at > found.created_at) == ("hate", "It grew worse.", True)
        assert kept.report_desk.number_open("users", people["eve"].id) == 2


def test_who_reported_it_may_do_so_again_once_it_was_decided(kept, report):
    first, _ = report("ada")
    with kept.uow.transaction():
        kept.report_desk.dismiss(first.id, "Looks fine.")
    again, is_new = report("ada")
    assert (is_new, again.id == first.id) == (True, False)


@pytest.mark.parametrize(
    ("reason", "words", "fields"),
    [("nonsense", "", {"reason"}), ("", "", {"reason"}), ("other", " ", {"words"}), ("spam", "x" * 1001, {"words"}),
     ("spam", "a\x00b", {"words"}), ("\x00", "\ud800", {"reason", "words"})],
)  # fmt: skip
def test_bad_fields_are_named(report, reason, words, fields):
    with pytest.raises(Invalid) as wrong:
        report("ada", reason, words)
    assert set(wrong.value.fields) == fields


def test_what_is_not_there_or_hidden_or_ones_own_is_not_reported(kept, people, report):
    for about in ("nobody", "", "a\x00b", "usr_00000000000000000000000000", "x" * 300):
        with pytest.raises(NotFound):
            report("ada", about=about)
    with pytest.raises(NotFound), kept.uow.transaction():
        kept.report_desk.report("nonsense", "1", by=people["ada"].id, reason="spam")
    with pytest.raises(Conflict, match="This is you"):
        report("eve")
    with kept.uow.transaction():
        kept.users.get(people["eve"].id).active = False
    with pytest.raises(NotFound):
        report("ada")


def test_decision_is_made_once_in_the_audit_and_published(kept, people, report):
    told = []

    class Listener:
        @on(ReportUpheld, "test.hide", queue="test")
        def hide(self, event, run):
            told.append(event)

    kept.catalogue.learn([Listener])
    made, _ = report("ada")
    with kept.uow.transaction():
        kept.report_desk.dismiss(made.id, "Looks fine.")
        kept.clock.pass_by(seconds=1)
        kept.report_desk.uphold(made.id, "A second look.")
    for verb in (kept.report_desk.uphold, kept.report_desk.dismiss):
        with pytest.raises(Conflict, match="upheld already"), kept.uow.transaction():
            verb(made.id)
    with kept.uow.reading():
        tasks = [task.payload for task in kept.ledger.recent(10) if task.name == "test.hide"]
        asked = Question(order="id", descending=True)
        acts = kept.record_store.page(AuditEntry, ("id", "action", "label", "changes"), asked, 5).rows
    about = {"about_kind": "users", "about_id": people["eve"].id}
    assert tasks == [{**about, "report_id": made.id}]
    assert [act["action"] for act in acts[:2]] == ["upheld", "dismissed"]
    assert acts[0]["changes"]["note"] == {"before": None, "after": "A second look."}


def test_reports_of_others_are_not_there(kept, people, report):
    made, _ = report("ada")
    for key, who in ((made.id, "bob"), ("rpt_x", "ada"), ("a\x00", "ada")):
        with pytest.raises(NotFound), kept.uow.reading():
            kept.report_desk.own(key, people[who].id)
    with pytest.raises(NotFound), kept.uow.transaction():
        kept.report_desk.uphold("rpt_00000000000000000000000000")


def test_two_reports_at_once_are_one(make_app, migrated_url, clock):
    app = make_app(clock=clock, settings={"database_url": migrated_url})
    with app.uow.transaction():
        ada, _ = (app.accounts.create(f"{name}@example.com", name, "member", PASSWORD) for name in ("ada", "eve"))
    both = threading.Barrier(2)

    def report():
        with app.uow.transaction():
            both.wait(20)
            return app.report_desk.report("users", "eve", by=ada.id, reason="spam")

    with ThreadPoolExecutor(2) as pool:
        made = [one.result() for one in [pool.submit(report) for _ in range(2)]]
    assert (len({one.id for one, _ in made}), sorted(is_new for _, is_new in made)) == (1, [False, True])
    with app.uow.reading():
        assert app.uow.connection.execute(text("SELECT count(*) FROM reports")).scalar() == 1
