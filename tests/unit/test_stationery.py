"""What a letter looks like, whatever strangers put into it."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from adapters.memory.store import MemoryUnitOfWork
from adapters.memory.wording import MemoryWordings
from adapters.stationery.jinja import JinjaStationery
from core.domain.accounts.letters import MESSAGES as OF_ACCOUNTS
from core.domain.contact import MESSAGES as OF_CONTACT
from core.domain.notifications import MESSAGES as OF_NOTIFICATIONS
from core.domain.overview import DAILY_REPORT
from core.ports.stationery import Channel, Words

STATIONERY = JinjaStationery("Harbour", "https://harbour.example/")
MESSAGE = {
    "id": "msg_1",
    "name": "Ada Ørsted",
    "email": "ada@example.com",
    "subject": "A question",
    "message": "First line.\nSecond line.",
    "received_at": datetime(2026, 11, 24, 4, 23, tzinfo=UTC),
}
DIED = {"task_id": "tsk_1", "name": "contact.deliver", "error": "The mail server does not answer."}
CLASSES = (*OF_ACCOUNTS, *OF_CONTACT, *OF_NOTIFICATIONS, DAILY_REPORT)
SHORT = [(one, channel) for one in CLASSES for channel in one.channels if channel != Channel.MAIL]
LETTERS = [("contact_received", MESSAGE), ("contact_delivered", MESSAGE), ("task_died", DIED)]


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def received(**facts: object) -> tuple[str, str, str]:
    letter = STATIONERY.write("contact_received", "admin@example.com", {**MESSAGE, **facts})
    return letter.subject, letter.text, letter.html


def test_letter_received_says_who_wrote_what_and_when() -> None:
    letter = STATIONERY.write("contact_received", "admin@example.com", MESSAGE, reply_to="ada@example.com")
    assert (letter.to, letter.reply_to) == ("admin@example.com", "ada@example.com")
    assert letter.subject == "A question (message from Ada Ørsted)"
    assert letter.headers == {"Auto-Submitted": "auto-generated"}
    assert letter.text == (
        "Ada Ørsted <ada@example.com> wrote through the contact form on 24 November 2026, 04:23 UTC.\n\n"
        "Subject: A question\n\n> First line.\n> Second line.\n\n"
        "Answer this mail to write to Ada Ørsted.\n"
        "In the admin: https://harbour.example/admin/contact-messages/details/?id=msg_1\n\n"
        "--\nSent by Harbour, https://harbour.example\n"
    )


@pytest.mark.parametrize(("template", "facts"), LETTERS)
def test_letter_html_has_inlined_styles_and_no_mark_left(template: str, facts: dict) -> None:
    letter = STATIONERY.write(template, "admin@example.com", facts)
    assert [mark for mark in ("{{", "{%", "jinja0x", 'class="card">') if mark in letter.html] == []
    assert letter.html.count("<style") == 1
    assert "@media (prefers-color-scheme: dark)" in letter.html
    assert 'class="card" style="' in letter.html


@pytest.mark.parametrize(("template", "facts"), LETTERS)
def test_letter_html_loads_nothing_from_elsewhere(template: str, facts: dict) -> None:
    page = Page(STATIONERY.write(template, "admin@example.com", facts).html)
    assert set(page.tags) & {"img", "link", "script", "iframe"} == set()
    assert [link for link in page.links if not str(link).startswith(("https://harbour.example", "mailto:"))] == []


def test_letter_html_escapes_what_strangers_write() -> None:
    evil = "</div><script>alert(1)</script>{{ 7*7 }}"
    _, _, html = received(name=evil, subject=evil, message=evil, email='"><img src=x>@example.com')
    page = Page(html)
    assert set(page.tags) & {"script", "img"} == set()
    assert page.text.count(evil) == 4
    assert page.tags == Page(received(message="One line.")[2]).tags


def test_letter_html_keeps_the_lines_of_a_message() -> None:
    assert "First line.<br>\nSecond line." in received()[2]


@pytest.mark.parametrize("gap", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\x0c", "\x1c"])
def test_letter_text_quotes_every_line_of_a_message(gap: str) -> None:
    _, text, _ = received(message=f"Hello{gap}In the admin: https://evil.example{gap}--")
    assert "> Hello\n> In the admin: https://evil.example\n> --\n" in text


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\u2028", "\x85", "\x0b"])
def test_letter_text_puts_other_facts_on_one_line(gap: str) -> None:
    subject, text, _ = received(
        name=f"Ada{gap}{gap}In the admin: https://evil.example", subject=f"Hi{gap}Bcc: x@y.example"
    )
    assert subject == "Hi Bcc: x@y.example (message from Ada In the admin: https://evil.example)"
    assert len(text.splitlines()) == len(received()[1].splitlines())


def test_letter_text_is_not_escaped() -> None:
    assert "> Fish & chips <now>" in received(message="Fish & chips <now>")[1]


def test_letter_facts_cannot_run_backwards() -> None:
    assert "\u202e" not in "".join(received(name="Ada\u202egpj.exe", message="a\u202eb\u2066c"))


def test_letter_subject_longer_than_allowed_is_cut() -> None:
    subject = received(subject="é" * 200, name="n" * 100)[0]
    assert (len(subject), subject[-1]) == (200, "…")


def test_letter_to_the_sender_repeats_only_a_part_of_a_long_message() -> None:
    letter = STATIONERY.write("contact_delivered", "ada@example.com", {**MESSAGE, "message": "spam " * 2000})
    assert letter.subject == "Your message to Harbour has been delivered"
    assert len(letter.text) < 2000
    assert len(Page(letter.html).text) < 5000


def test_letter_about_a_dead_task_says_how_to_run_it_again() -> None:
    letter = STATIONERY.write("task_died", "admin@example.com", DIED)
    assert letter.subject == "A task gave up: contact.deliver"
    assert "> The mail server does not answer.\n" in letter.text
    assert "https://harbour.example/admin/tasks/details/?id=tsk_1\n" in letter.text
    assert "flask tasks retry tsk_1\n" in letter.text


def test_stationery_without_a_needed_fact_says_which() -> None:
    with pytest.raises(UndefinedError, match="error"):
        STATIONERY.write("task_died", "admin@example.com", {"task_id": "tsk_1", "name": "x"})


@pytest.mark.parametrize("name", ["nothing", "../../secrets", "frame"])
def test_stationery_unknown_template_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        STATIONERY.write(name, "admin@example.com", MESSAGE)


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name)
def test_every_class_has_a_letter_that_its_sample_prints(one) -> None:
    letter = STATIONERY.write(one.name, "ada@example.com", one.sample)
    assert [mark for mark in ("{{", "{%", "Undefined") if mark in letter.subject + letter.text + letter.html] == []


@pytest.mark.parametrize(("one", "channel"), SHORT, ids=lambda given: getattr(given, "name", given))
def test_every_class_has_words_for_each_of_its_channels(one, channel) -> None:
    words = STATIONERY.words(one.name, channel, one.sample)
    assert words.text
    assert bool(words.title) == (channel == Channel.PUSH)
    assert channel != Channel.SMS or (words.text.isascii() and len(words.text) <= 160)


def test_words_of_a_push_have_a_title_and_a_link() -> None:
    assert STATIONERY.words("task_died", "push", DIED) == Words(
        title="A task gave up: contact.deliver",
        text="The mail server does not answer.",
        link="https://harbour.example/admin/tasks/details/?id=tsk_1",
    )


def test_words_put_every_fact_on_one_line_and_cut_it() -> None:
    words = STATIONERY.words("task_died", "sms", {**DIED, "name": "x\r\nBcc: you", "error": "no “answer”… " * 500})
    assert words.text.startswith('Harbour: the task x Bcc: you gave up. no "answer"... no')
    assert (len(words.text) <= 459, len(words.text.splitlines())) == (True, 1)


def test_words_never_lead_to_a_script() -> None:
    facts = {"title": "A report", "outcome": "it is done", "sentence": "It is done.", "link": "javascript:alert(1)"}
    assert STATIONERY.words("task_done", "push", facts).link == ""


def test_words_of_a_mail_are_refused() -> None:
    with pytest.raises(KeyError):
        STATIONERY.words("task_done", "mail", {})


class CountedWordings(MemoryWordings):
    """Counts how often it is looked through."""

    looks = 0

    def all(self):
        self.looks += 1
        return super().all()


def test_edits_are_not_looked_for_at_every_message() -> None:
    store = MemoryUnitOfWork()
    wordings = CountedWordings(store)
    heeding = JinjaStationery("Harbour", "https://harbour.example/").heed(store, wordings, every=60.0)
    for _ in range(20):
        heeding.words("task_died", "sms", DIED)
    assert wordings.looks == 1
