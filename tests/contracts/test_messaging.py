"""Messages over every way to keep them: for who is in the conversation, counted exactly, closed to who is blocked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text

from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.domain.messaging import DirectMessage
from core.domain.moderation import ReportUpheld
from entrypoints.records import kinds_for

NAMES = ("ada", "bob", "eve", "mia")


def join(app, *names):
    with app.uow.transaction():
        return {name: app.accounts.create(f"{name}@example.com", name.title(), "member", "correct horse battery")
                for name in names}  # fmt: skip


@pytest.fixture
def people(kept):
    return join(kept, *NAMES)


class Talk:
    """What people do with messages, each in a transaction of its own, a second after the one before."""

    def __init__(self, app, people):
        self.app, self.people = app, people

    def __getattr__(self, verb):
        def act(who, *given, **named):
            self.app.clock.pass_by(seconds=1)
            user = self.people[who]
            with self.app.uow.transaction():
                return getattr(self, f"_{verb}")(user, *given, **named)

        if verb.startswith("_"):
            raise AttributeError(verb)
        return act

    def _start(self, user, *names, text="Hello"):
        return self.app.conversation_desk.start(user, names, text)

    def _write(self, user, conversation, text="Hello"):
        return self.app.message_desk.write(user.id, conversation.id, text)

    def _read(self, user, conversation, **place):
        return self.app.message_desk.page(user.id, conversation.id, **place)

    def _edit(self, user, message, text):
        desk = self.app.message_desk
        desk.edit(desk.own(user.id, message.conversation_id, message.id), text)

    def _delete(self, user, message):
        desk = self.app.message_desk
        desk.delete(desk.own(user.id, message.conversation_id, message.id))

    def _mark(self, user, conversation, up_to=""):
        return self.app.message_desk.mark_read(user.id, conversation.id, up_to).unread

    def _list(self, user, **place):
        return self.app.conversation_desk.of(user.id, **place)

    def _unread(self, user):
        return self.app.conversation_desk.unread(user.id)

    def _add(self, user, conversation, *names):
        return self.app.conversation_desk.add(user, conversation.id, names)

    def _leave(self, user, conversation):
        self.app.conversation_desk.leave(user.id, conversation.id)

    def _mute(self, user, conversation, is_muted=True):
        self.app.conversation_desk.mute(user.id, conversation.id, is_muted=is_muted)

    def _block(self, user, name):
        self.app.block_desk.block(user, name)

    def _unblock(self, user, name):
        self.app.block_desk.unblock(user, name)

    def texts(self, who, conversation, **place):
        return [message.text for message in self.read(who, conversation, **place).messages]

    def told(self):
        """Who is told that something waits."""
        names = {user.id: name for name, user in self.people.items()}
        with self.app.uow.reading():
            tasks = [task for task in self.app.ledger.recent(100) if task.name == "messages.tell"]
        return sorted(names[task.payload["user_id"]] for task in tasks)


@pytest.fixture
def talk(kept, people):
    return Talk(kept, people)


def test_first_message_begins_a_conversation_that_both_find(talk, people):
    begun = talk.start("ada", "Bob", text=" One\r\nTwo ")
    listed = talk.list("bob")
    (entry,) = listed.entries
    assert (begun.is_new, begun.conversation.of_two, begun.conversation.size) == (True, True, 2)
    assert (entry.last.text, entry.member.unread, [*entry.others]) == ("One\nTwo", 1, [people["ada"].id])
    assert ([*listed.people], talk.unread("bob"), talk.unread("ada")) == ([people["ada"].id], 1, 0)


def test_conversation_of_two_is_found_again_and_one_of_more_is_new(talk):
    first, again, back = talk.start("ada", "bob"), talk.start("ada", "@BOB", "bob", "ada"), talk.start("bob", "ada")
    groups = [talk.start("ada", "bob", "eve") for _ in range(2)]
    assert {begun.conversation.id for begun in (first, again, back)} == {first.conversation.id}
    assert [begun.is_new for begun in (first, again, back, *groups)] == [True, False, False, True, True]
    assert (back.conversation.messages, len({begun.conversation.id for begun in groups})) == (3, 2)


def test_pages_go_both_ways(talk):
    here = talk.start("ada", "bob", text="0").conversation
    for number in range(1, 7):
        talk.write("ada" if number % 2 else "bob", here, str(number))
    first = talk.read("bob", here, most=3)
    older = talk.read("bob", here, after=first.messages[-1].id, most=3)
    last = talk.read("bob", here, after=older.messages[-1].id, most=3)
    newer = talk.read("bob", here, before=older.messages[0].id, most=2)
    pages = [[message.text for message in page.messages] for page in (first, older, last, newer)]
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"], ["5", "4"]]
    ways = [(page.has_older, page.has_newer) for page in (first, older, last, newer)]
    assert ways == [(True, False), (True, True), (False, True), (True, True)]


def test_conversations_are_sorted_by_what_was_written_last_and_paged_both_ways(talk):
    one, two, three = (talk.start("ada", *names).conversation for names in (["bob"], ["eve"], ["bob", "mia"]))
    talk.write("bob", one)
    first = talk.list("ada", most=2)
    second = talk.list("ada", most=2, after=first.entries[-1].member.last_id)
    back = talk.list("ada", most=2, before=second.entries[0].member.last_id)
    ids = [[entry.conversation.id for entry in page.entries] for page in (first, second, back)]
    assert ids == [[one.id, three.id], [two.id], [one.id, three.id]]
    assert [(page.has_before, page.has_after) for page in (first, second, back)] == [
        (False, True), (True, False), (False, True),
    ]  # fmt: skip


def test_unread_is_counted_for_the_others_and_marked_up_to_what_was_seen(talk):
    here = talk.start("ada", "bob", "eve").conversation
    seen = talk.write("ada", here)
    later = talk.write("eve", here)
    counted = {name: talk.list(name).entries[0].member.unread for name in ("ada", "bob", "eve")}
    assert counted == {"ada": 1, "bob": 3, "eve": 0}
    marked = [talk.mark("bob", here, seen.id), talk.unread("bob"), talk.mark("bob", here), talk.unread("bob")]
    assert marked == [1, 1, 0, 0]
    assert [talk.mark("bob", here, seen.id), talk.mark("ada", here, later.id)] == [0, 0]


def test_who_had_read_everything_is_told_once_and_who_muted_it_is_not(talk):
    here = talk.start("ada", "bob", "eve").conversation
    talk.write("ada", here)
    assert talk.told() == ["bob", "eve"]
    talk.mark("bob", here)
    talk.mute("eve", here)
    talk.mark("eve", here)
    talk.write("ada", here)
    assert talk.told() == ["bob", "bob", "eve"]
    talk.mark("eve", here)
    talk.mute("eve", here, is_muted=False)
    talk.write("bob", here)
    assert talk.told() == ["ada", "bob", "bob", "eve", "eve"]


def test_text_is_changed_by_its_author_and_taken_back_with_a_mark(talk):
    begun = talk.start("ada", "bob", text="Helo")
    talk.edit("ada", begun.message, "Hello")
    (changed,) = talk.read("bob", begun.conversation).messages
    assert (changed.text, changed.version, changed.edited_at is None) == ("Hello", 2, False)
    talk.delete("ada", begun.message)
    (gone,) = talk.read("bob", begun.conversation).messages
    assert (gone.text, gone.body, gone.state, gone.version) == ("", "", "deleted", 3)
    for verb in (lambda: talk.edit("ada", begun.message, "x"), lambda: talk.delete("ada", begun.message)):
        with pytest.raises(Conflict, match="deleted already"):
            verb()
    with pytest.raises(Forbidden, match="somebody else's"):
        talk.edit("bob", begun.message, "x")


def test_messages_of_others_are_not_there(talk):
    begun = talk.start("ada", "bob")
    other = talk.start("eve", "ada")
    here = begun.conversation
    for verb in ("read", "write", "mark", "leave", "mute"):
        with pytest.raises(NotFound):
            getattr(talk, verb)("eve", here)
    with pytest.raises(NotFound):
        talk.edit("eve", begun.message, "x")
    strange = DirectMessage(id=begun.message.id, conversation_id=other.conversation.id, author_id="", body="",
                            created_at=None)  # fmt: skip
    with pytest.raises(NotFound):
        talk.edit("eve", strange, "x")
    for key in ("", "cnv_x", "a\x00b", "cnv_" + "0" * 26):
        with pytest.raises(NotFound), talk.app.uow.reading():
            talk.app.message_desk.member("usr_x", key)


def test_who_is_added_reads_what_is_written_from_then_on(talk):
    here = talk.start("ada", "bob", "eve", text="Before").conversation
    talk.add("bob", here, "mia", "ada")
    assert (talk.texts("mia", here), talk.list("mia").entries[0].last) == ([], None)
    talk.write("ada", here, "After")
    assert (talk.texts("mia", here), talk.texts("eve", here)) == (["After"], ["After", "Before"])
    assert talk.list("mia").entries[0].member.unread == 1
    with talk.app.uow.reading():
        assert talk.app.conversations.find(here.id).size == 4


def test_who_left_is_out_and_what_they_wrote_stays(talk):
    here = talk.start("ada", "bob", "eve", text="Mine").conversation
    talk.leave("ada", here)
    with pytest.raises(NotFound):
        talk.read("ada", here)
    assert (talk.texts("bob", here), talk.list("ada").entries) == (["Mine"], [])
    with talk.app.uow.reading():
        assert talk.app.conversations.find(here.id).size == 2


def test_conversation_of_two_stays_of_two(talk):
    here = talk.start("ada", "bob").conversation
    with pytest.raises(Conflict):
        talk.add("ada", here, "eve")
    with pytest.raises(Forbidden):
        talk.leave("ada", here)


def test_who_is_blocked_hears_only_that_it_is_closed(talk):
    here = talk.start("ada", "bob").conversation
    group = talk.start("ada", "bob", "eve").conversation
    talk.block("bob", "ada")
    talk.block("bob", "ada")
    with pytest.raises(Forbidden, match=r"^This conversation takes no more messages\.$"):
        talk.write("ada", here)
    with pytest.raises(Forbidden, match="You have blocked this person"):
        talk.write("bob", here)
    talk.write("ada", group)
    for start in (lambda: talk.start("ada", "bob"), lambda: talk.start("ada", "mia", "bob"),
                  lambda: talk.start("bob", "ada")):  # fmt: skip
        with pytest.raises(Invalid, match=r"You cannot write to (bob|ada)"):
            start()
    talk.unblock("bob", "ada")
    talk.write("ada", here)


def test_blocks_are_ones_own_and_nobody_blocks_themselves(talk, people, kept):
    talk.block("ada", "bob")
    talk.block("ada", "EVE")
    with kept.uow.reading():
        listed = {name: [user.username for _, user in kept.block_desk.of(people[name])] for name in ("ada", "bob")}
    assert listed == {"ada": ["eve", "bob"], "bob": []}
    with pytest.raises(Conflict):
        talk.block("ada", "ada")
    for name in ("nobody", "", "a\x00"):
        with pytest.raises(NotFound):
            talk.block("ada", name)
        with pytest.raises(NotFound):
            talk.unblock("ada", name)
    talk.unblock("bob", "ada")


def test_suspended_people_are_not_written_to(talk, people, kept):
    here = talk.start("ada", "bob").conversation
    with kept.uow.transaction():
        kept.users.get(people["bob"].id).active = False
    with pytest.raises(Forbidden, match="takes no more messages"):
        talk.write("ada", here)
    with pytest.raises(Invalid, match="Nobody has the name 'bob'"):
        talk.start("ada", "bob")


@pytest.mark.parametrize(
    "names",
    [[], ["ada"], [" "], ["nobody"], ["bob", "nobody"], ["a\x00"], ["\ud800"], ["x" * 100_000], ["bob", "' OR 1"]],
)
def test_people_are_named_by_names_that_somebody_has(talk, names):
    with pytest.raises(Invalid) as wrong:
        talk.start("ada", *names)
    assert list(wrong.value.fields) == ["people"]


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001, "a\x00b", "\ud800"])
def test_text_is_of_one_to_4000_characters(talk, text):
    here = talk.start("ada", "bob", text="x" * 4000).conversation
    with pytest.raises(Invalid) as wrong:
        talk.write("ada", here, text)
    assert list(wrong.value.fields) == ["text"]
    assert len(talk.texts("ada", here)) == 1


def test_conversation_has_a_largest_size(kept, talk):
    kept.contacts.most = 3
    here = talk.start("ada", "bob", "eve").conversation
    for act in (lambda: talk.add("ada", here, "mia"), lambda: talk.start("ada", "bob", "eve", "mia")):
        with pytest.raises(Invalid, match="At most 3 people"):
            act()


def test_reported_message_is_kept_with_the_few_before_it_and_hidden_when_upheld(kept, talk, people):
    here = talk.start("ada", "bob", text="0").conversation
    sent = [talk.write("ada", here, str(number)) for number in range(1, 9)]
    with kept.uow.transaction():
        report, _ = kept.report_desk.report("direct-messages", sent[-1].id, by=people["bob"].id, reason="spam")
        assert [line["text"] for line in report.context] == ["3", "4", "5", "6", "7", "8"]
        assert {line["user_id"] for line in report.context} == {people["ada"].id}
        for name, error in (("ada", Conflict), ("eve", NotFound)):
            with pytest.raises(error):
                kept.report_desk.report("direct-messages", sent[-1].id, by=people[name].id, reason="spam")
        kept.report_desk.uphold(report.id)
    kept.clock.pass_by(seconds=1)
    with kept.uow.reading():
        (task,) = [task for task in kept.ledger.recent(50) if task.name == "messages.hide"]
    with kept.uow.transaction():
        assert kept.oversight.hide_upheld(ReportUpheld(**task.payload), None) == {"hidden": True}
    (hidden, *_) = talk.read("bob", here).messages
    assert (hidden.text, hidden.state) == ("", "hidden")
    with kept.uow.transaction():
        kept.oversight.restore(hidden.id)
    assert talk.texts("bob", here)[0] == "8"


def test_two_who_begin_at_once_have_one_conversation(make_app, migrated_url, clock):
    app = make_app(clock=clock, settings={"database_url": migrated_url})
    people = join(app, "ada", "bob")
    both = threading.Barrier(2)

    def start(one, other):
        with app.uow.transaction():
            both.wait(20)
            return app.conversation_desk.start(people[one], [other], f"From {one}")

    with ThreadPoolExecutor(2) as pool:
        begun = [pool.submit(start, *names) for names in (("ada", "bob"), ("bob", "ada"))]
        found = [one.result() for one in begun]
    assert (len({one.conversation.id for one in found}), sorted(one.is_new for one in found)) == (1, [False, True])
    with app.uow.reading():
        members = app.conversations.members(found[0].conversation.id)
        assert app.uow.connection.execute(text("SELECT messages, size FROM conversations")).all() == [(2, 2)]
    assert sorted((one.unread for one in members), reverse=True) in ([1, 0], [1, 1])


def test_many_who_write_at_once_are_counted_each(make_app, migrated_url, clock):
    app = make_app(clock=clock, settings={"database_url": migrated_url})
    people = join(app, "ada", "bob", "eve")
    with app.uow.transaction():
        here = app.conversation_desk.start(people["ada"], ["bob", "eve"], "First").conversation

    def write(number):
        with app.uow.transaction():
            return app.message_desk.write(people[("ada", "bob")[number % 2]].id, here.id, str(number)).id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(24)))
    with app.uow.reading():
        assert app.conversations.find(here.id).messages == 25
        assert app.conversations.member(here.id, people["eve"].id).unread == 25
        assert app.conversations.find(here.id).last_id == max(ids)


def test_lists_ask_as_many_questions_for_fifty_as_for_one(make_app, clock):
    app = make_app(clock=clock)
    others = [f"other{number}" for number in range(50)]
    people = join(app, "ada", *others)
    ada, asked = people["ada"].id, []
    event.listen(app.uow.reader, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def counted(look):
        asked.clear()
        with app.uow.reading():
            found = look()
        return len(found), len(asked)

    def talk(names, texts):
        for name in names:
            with app.uow.transaction():
                here = app.conversation_desk.start(people[name], ["ada"], "First").conversation
                for number in range(texts):
                    app.message_desk.write(people[name].id, here.id, str(number))
        return here

    one = talk(others[:1], 0)
    few = [counted(lambda: app.conversation_desk.of(ada, most=50).entries),
           counted(lambda: app.message_desk.page(ada, one.id, most=50).messages)]  # fmt: skip
    many = talk(others[1:], 1)
    talk([others[-1]], 50)
    more = [counted(lambda: app.conversation_desk.of(ada, most=50).entries),
            counted(lambda: app.message_desk.page(ada, many.id, most=50).messages)]  # fmt: skip
    assert ([number for number, _ in few], [number for number, _ in more]) == ([1, 1], [50, 50])
    assert [questions for _, questions in few] == [questions for _, questions in more] == [3, 2]


@pytest.mark.parametrize("first", ["ada", "bob"])
def test_two_go_on_writing_when_one_was_deleted_and_restored(kept, people, first):
    ada, bob = people["ada"], people["bob"]
    with kept.uow.transaction():
        admin = kept.accounts.create("root@example.com", "Root", "super-admin", "correct horse battery")
        begun = kept.conversation_desk.start(ada, ["bob"], "Before").conversation.id
    kinds = kinds_for(kept, "super-admin")
    with kept.uow.transaction():
        kept.records.delete(kinds["user"], [ada.id], admin, act="act_1")
    with kept.uow.transaction():
        kept.recycle_bin.undo(kinds, "act_1", admin)
    with kept.uow.transaction():
        if first == "ada":
            kept.conversation_desk.start(kept.users.get(ada.id), ["bob"], "After")
        else:
            kept.message_desk.write(bob.id, begun, "After")
    with kept.uow.reading():
        for user in (ada, bob):
            (entry,) = kept.conversation_desk.of(user.id).entries
            assert (entry.conversation.id, entry.conversation.size, entry.last.body) == (begun, 2, "After")
            said = kept.message_desk.page(user.id, begun).messages
            assert [one.body for one in said] == ["After", "Before"]
