"""Many records at once: what is new is kept, what is there stays as it is."""

import pytest

from core.domain.content import Follow, Post
from core.domain.kernel.errors import Conflict
from core.ports.content import Wanted

POST = ("id", "author_id", "slug", "title", "body", "description", "tags", "state", "hidden_for", "version",
        "created_at", "updated_at", "published_at")  # fmt: skip


@pytest.fixture
def people(kept):
    """Ada and Bob."""
    with kept.uow.transaction():
        return [kept.accounts.create(f"{name}@example.org", name.title(), "member", "correct horse battery").id
                for name in ("ada", "bob")]  # fmt: skip


@pytest.fixture
def rows(people, clock):
    """Rows of posts, by the ends of their slugs."""

    def made(*ends, title="Öl ⚙\t\\N\n\x7f"):
        now = clock.now()
        return [(f"pst_{end:0>26}", people[0], f"slug-{end}", title, "Text", "", ["köln", 'a "b"'], "published", "", 1,
                 now, now, now) for end in ends]  # fmt: skip

    return made


def test_new_rows_are_kept_as_they_are_and_known_ones_left_out(kept, rows, clock):
    with kept.uow.transaction():
        assert sorted(kept.bulk_store.add(Post, POST, rows("1", "2"), ("slug",))) == [f"pst_{end:0>26}" for end in "12"]
    with kept.uow.transaction():
        assert kept.bulk_store.add(Post, POST, rows("2", "3", title="Another"), ("slug",)) == [f"pst_{3:0>26}"]
        assert kept.bulk_store.add(Post, POST, [], ("slug",)) == []
    kept.bulk_store.settle(Post, Follow)
    with kept.uow.reading():
        page = kept.post_reader.page(Wanted())
        assert ([row.title for row in page.rows], page.total) == (["Another", "Öl ⚙\t\\N\n\x7f", "Öl ⚙\t\\N\n\x7f"], 3)
        assert (page.rows[1].tags, page.rows[1].published_at) == (["köln", 'a "b"'], clock.now())
        assert dict(kept.post_reader.tags()) == {"köln": 3, 'a "b"': 3}


def test_records_known_by_two_fields_are_kept_once(kept, people, clock):
    ada, bob = people
    with kept.uow.transaction():
        for _ in range(2):
            kept.bulk_store.add(Follow, ("follower_id", "followee_id", "at"), [(ada, bob, clock.now())],
                          ("follower_id", "followee_id"))  # fmt: skip
        assert kept.ties.follows(ada, bob)
        assert not kept.ties.follows(bob, ada)


def test_what_contradicts_otherwise_is_refused_and_nothing_kept(kept, rows):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory knows keys only")
    with pytest.raises(Conflict), kept.uow.transaction():
        kept.bulk_store.add(Post, POST, [*rows("1"), (*rows("2")[0][:2], "slug-1", *rows("2")[0][3:])], ("id",))
    with kept.uow.reading():
        assert kept.post_reader.page(Wanted()).total == 0
