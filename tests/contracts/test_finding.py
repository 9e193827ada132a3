"""Finding posts and people by words: the same in memory, SQLite and PostgreSQL, indexed or not yet."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.domain.content import State
from core.domain.content.search import POOL, QUERY_MOST, split
from core.domain.kernel.errors import Invalid
from core.ports.content import Wanted

ODD = (
    "", " ", "*", "-", '"', '""', "''", "\x00", "a\x00b", "\\", "%", "_", "AND", "OR NOT NEAR(", "loom AND", "(loom",
    "loom)", "'loom'", "loom:*", "!loom", "loom & | ! <-> cat", "{0.1}", "title:loom", "-loom", '-"loom cat"', "^loom",
    "loom^2", "☃", "🧵🧶", "﷽", "\u202eloom", "ٱلْعَرَبِيَّة", "한국어 텍스트", "가", "हिन्दी", "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀",
    "Ω≈ç√∫˜µ≤≥÷", "１２３", "½ ²", "1e9", "-5", "0x1F", "a" * QUERY_MOST, "a " * (QUERY_MOST // 2), '"a' * 100,
    "* " * 100, "</script>", "'; DROP TABLE posts; --", "\ud800".encode(errors="replace").decode(),
)  # fmt: skip


@pytest.fixture(params=["at once", "indexed"])
def settle(request, kept):
    """Let the index take in what was written, or not: what is found is the same."""

    def settled():
        if request.param == "indexed":
            kept.indexing.index_all()

    return settled


@pytest.fixture
def people(kept):
    """Ada, Bob and Eve."""
    with kept.uow.transaction():
        return [kept.accounts.create(f"{name}@example.org", f"{name.title()} Löw", "member", "correct horse battery")
                for name in ("ada", "bob", "eve")]  # fmt: skip


@pytest.fixture
def write(kept, clock, people):
    """Write a post a minute after the one before, by Ada."""

    def written(title, body="Nothing else.", *tags, author=None, **further):
        clock.pass_by(minutes=1)
        with kept.uow.transaction():
            return kept.post_desk.write((author or people[0]).id, title=title, body=body, tags=list(tags), **further)

    return written


def some(kept, words, **how):
    """The same, in no order."""
    return sorted(found(kept, words, **how))


def found(kept, words, **how):
    with kept.uow.reading():
        return [hit.post.title for hit in kept.post_search.find(words, **how).posts]


def test_a_word_in_the_title_weighs_more_than_in_tags_description_and_text(kept, write, settle):
    write("Text", "The loom, the loom, and once more: a loom.")
    write("About", "Nothing.", description="Of a loom")
    write("Tagged", "Nothing.", "loom")
    write("A loom", "Nothing.")
    write("No such thing", "Nothing.")
    settle()
    assert found(kept, "loom") == found(kept, "LOOM") == ["A loom", "Tagged", "About", "Text"]
    assert found(kept, "loom nothing") == ["A loom", "Tagged", "About"]


def test_newer_posts_come_first_of_equals(kept, write, settle):
    for number in range(3):
        write(f"Loom {number}")
    settle()
    assert found(kept, "loom") == ["Loom 2", "Loom 1", "Loom 0"]
    assert found(kept, "loom", most=1, skip=1) == ["Loom 1"]
    with kept.uow.reading():
        assert [kept.post_search.find("loom", most=2, skip=skip).total for skip in (0, 2)] == [3, 3]
    assert found(kept, "loom", skip=3) == found(kept, "loom", skip=POOL) == []


def test_words_phrases_beginnings_and_what_is_unwanted(kept, write, settle):
    write("One", "The night train counts in sevens")
    write("Two", "A train at night. Well-known; see https://example.org/looms/counting?x=1 or ask.me@example.com")
    settle()
    assert some(kept, "train night") == ["One", "Two"]
    assert found(kept, '"night train"') == ["One"]
    assert found(kept, "night -train") == found(kept, '"train night"') == []
    assert found(kept, "train -sevens") == ["Two"]
    assert found(kept, 'train -"night train"') == ["Two"]
    assert found(kept, "sev*") == found(kept, "night-tra*") == ["One"]
    assert found(kept, "sev") == []
    assert some(kept, "count*") == ["One", "Two"]
    for part in ("known", "well-known", "looms", "counting", "example", "org", "example.org/looms", "ask", "1"):
        assert found(kept, part) == ["Two"], part
    assert found(kept, "-train") == []


def test_accents_and_case_make_no_difference(kept, write, settle):
    write("Über Größe", "À la carte: ÉMILIE mange une crème brûlée à Łódź", "Île")
    write("差分機関", "階差機関は歯車で数える")
    write("Λόγος", "Слово, हिन्दी и Ёлка")
    settle()
    for words in (
        "uber",
        "ÜBER",
        "über größe",
        "GRÖSSE grösse"[7:],
        "emilie creme",
        "BRULEE",
        "ile",
        "łódź",
        "a la carte",
    ):
        assert found(kept, words) == (["Über Größe"] if "ss" not in words.lower() else []), words
    assert found(kept, "差分機関") == found(kept, "差分*") == ["差分機関"]
    assert found(kept, "СЛОВО") == found(kept, "हिन्दी") == found(kept, "λόγος") == ["Λόγος"]


def test_only_what_everybody_may_read_is_found_as_soon_as_it_is_so(kept, write, people, settle):
    draft = write("Loom draft", state=State.DRAFT)
    post = write("Loom post")
    settle()
    assert found(kept, "loom") == ["Loom post"]
    with kept.uow.transaction():
        kept.post_desk.hide(post.id, "It is spam")
        assert [hit.post.title for hit in kept.post_search.find("loom").posts] == []
    settle()
    assert found(kept, "loom") == []
    with kept.uow.transaction():
        kept.post_desk.restore(post.id)
        kept.post_desk.publish(kept.post_desk.of_author(draft.id, people[0].id))
        assert len(kept.post_search.find("loom").posts) == 2
    settle()
    assert set(found(kept, "loom")) == {"Loom post", "Loom draft"}
    with kept.uow.transaction():
        kept.post_desk.archive(kept.post_desk.get(draft.id))
    settle()
    assert found(kept, "loom") == ["Loom post"]


def test_changed_words_are_found_and_former_ones_not(kept, write, people, settle):
    post = write("Loom", "cog", "brass")
    settle()
    with kept.uow.transaction():
        mine = kept.post_desk.of_author(post.id, people[0].id)
        kept.post_desk.change(mine, {"body": "wheel", "tags": ["steel"]})
        assert [len(kept.post_search.find(word).posts) for word in ("cog", "brass", "wheel", "steel")] == [0, 0, 1, 1]
    settle()
    assert [found(kept, word) for word in ("cog", "brass", "wheel", "steel")] == [[], [], ["Loom"], ["Loom"]]
    with kept.uow.transaction():
        kept.post_desk.delete(kept.post_desk.of_author(post.id, people[0].id))
        assert kept.post_search.find("wheel").posts == []
    settle()
    assert found(kept, "loom") == []


def test_who_goes_takes_their_words_along(kept, write, people, settle):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory has no foreign keys")
    write("Loom")
    write("Loom of Bob", author=people[1])
    settle()
    with kept.uow.transaction():
        kept.uow.connection.execute(text("DELETE FROM users WHERE id = :id"), {"id": people[0].id})
    assert found(kept, "loom") == ["Loom of Bob"]
    settle()
    assert found(kept, "loom") == ["Loom of Bob"]


def test_posts_are_narrowed_by_tag_author_and_time(kept, write, people, clock, settle):
    write("Loom one", "x", "craft", "it's a \\ 'tag'")
    clock.pass_by(days=2)
    write("Loom two", "x", "craft", author=people[1])
    write("Loom three", "x", "other craft")
    settle()
    assert some(kept, "loom", tag="craft") == ["Loom one", "Loom two"]
    assert found(kept, "loom", tag="it's a \\ 'tag'") == ["Loom one"]
    assert found(kept, "loom", tag="Craft") == found(kept, "loom", tag="none' & 'x") == []
    assert some(kept, "loom", author_id=people[0].id) == ["Loom one", "Loom three"]
    assert found(kept, "loom", author_id=people[0].id, tag="craft") == ["Loom one"]
    assert some(kept, "loom", since=clock.now() - timedelta(days=1)) == ["Loom three", "Loom two"]
    assert found(kept, "loom", since=clock.now() - timedelta(days=1), tag="craft", author_id=people[0].id) == []


def test_what_was_found_is_marked_in_title_and_excerpt(kept, write, people, settle):
    write(
        "Über <b>Looms</b>",
        "# Head\n\n"
        + "Padding words. " * 30
        + "See the [**Loom**](https://example.org) & the _über_-cog. "
        + "End. " * 99,
    )
    settle()
    with kept.uow.transaction():
        kept.ties.follow(people[1].id, people[0])
        (hit,) = kept.post_search.find("loom uber", reader_id=people[1].id).posts
    assert hit.title.parts == [("Über", True), (" <b>Looms</b>", False)]
    assert [part for part, is_marked in hit.excerpt.parts if is_marked] == ["Loom", "über"]
    assert hit.excerpt.text.startswith("…")
    assert "See the Loom & the über-cog. End." in hit.excerpt.text
    assert len(hit.excerpt.text) <= 242
    assert (hit.post.body, hit.post.following, hit.post.username) == ("", True, people[0].username)


@pytest.mark.parametrize("words", ODD)
def test_whatever_is_typed_is_no_error(kept, write, words, settle):
    write("Loom", "cat")
    settle()
    with kept.uow.reading():
        result = kept.post_search.find(words, tag="x" * 60)
        assert result.total == 0
        kept.post_search.find(words)


def test_whatever_was_written_is_found_by_its_own_words(kept, write, settle):
    odd = [words for words in ODD if split(words) and words.isprintable() and "ٱ" not in words and "½" not in words]
    for number, words in enumerate(odd):
        write(f"Post {number}", f"x {words} y")
    settle()
    for number, words in enumerate(odd):
        typed = " ".join(split(words)[:12])
        assert f"Post {number}" in found(kept, typed, most=len(odd)), words


def test_too_long_a_text_is_refused_in_words(kept):
    with kept.uow.reading(), pytest.raises(Invalid) as wrong:
        kept.post_search.find("a" * 1_000_000)
    assert wrong.value.fields == {"q": "This is 1,000,000 characters long; at most 300 are looked for. Shorten it."}


def test_people_are_found_by_username_and_name_and_nobody_by_address(kept, people, clock):
    with kept.uow.transaction():
        kept.accounts.suspend(people[2].id, "Spam.") if hasattr(kept.accounts, "suspend") else None

    def named(words):
        with kept.uow.reading():
            return [row.username for row in kept.post_search.find(words).people]

    assert named("ada") == [people[0].username]
    assert named("Löw ada") == [people[0].username]
    assert named("example") == named("example org") == named("@example.org") == []
    assert set(named("löw")) >= {people[0].username, people[1].username}
    with kept.uow.reading():
        assert list(kept.post_search.find("löw", skip=20).people) == []


def test_a_common_word_costs_no_more_and_every_change_is_indexed_once(kept, people, clock):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory has no index")
    with kept.uow.transaction():
        assert kept.text_index.index(10) == 0
    for number in range(3):
        with kept.uow.transaction():
            kept.post_desk.write(people[0].id, title=f"Loom {number}", body="x")
    if not kept.uow.is_sqlite:
        with kept.uow.transaction():
            assert [kept.text_index.index(2) for _ in range(3)] == [2, 1, 0]
    assert len(found(kept, "loom")) == 3
    with kept.uow.reading():
        assert kept.post_reader.page(Wanted()).total == 3
