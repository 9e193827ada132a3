"""The RealWorld contract on comments."""

import pytest

from entrypoints.web.conduit.comments import MOST

NO_ARTICLE = (404, {"errors": {"article": ["not found"]}})
NO_COMMENT = (404, {"errors": {"comment": ["not found"]}})


@pytest.fixture
def below(ada):
    """Where comments on an article of Ada's are."""
    return f"/articles/{ada.write()['slug']}/comments"


def write(reader, below, body="hello"):
    return reader.post(below, {"comment": {"body": body}})


def test_written_comment_is_answered_with_an_integer_for_an_id(bob, below):
    status, said = write(bob, below, "x" * 1450)
    comment = said["comment"]
    assert (status, set(comment)) == (201, {"id", "createdAt", "updatedAt", "body", "author"})
    assert type(comment["id"]) is int
    assert comment["id"] < 2**53
    assert comment["author"] == {"username": "bob", "bio": None, "image": None, "following": False}


def test_comments_are_listed_newest_first_and_as_they_were_answered(ada, bob, stranger, below, clock):
    first = write(bob, below, "first")[1]["comment"]
    clock.pass_by(seconds=1)
    second = write(ada, below, "second")[1]["comment"]
    assert stranger.get(below) == (200, {"comments": [second, first]})
    ada.post("/profiles/bob/follow")
    assert [one["author"]["following"] for one in ada.get(below)[1]["comments"]] == [False, True]


def test_article_without_comments_has_an_empty_list(stranger, below):
    assert stranger.get(below) == (200, {"comments": []})


@pytest.mark.parametrize("body", ["", " ", None, 7])
def test_blank_comment_is_refused(bob, below, body):
    assert write(bob, below, body) == (422, {"errors": {"body": ["can't be blank"]}})


def test_unknown_article_is_told_first(ada):
    below = "/articles/unknown/comments"
    assert ada.get(below) == write(ada, below) == write(ada, below, "") == ada.delete(f"{below}/1") == NO_ARTICLE


def test_only_who_wrote_a_comment_deletes_it(ada, bob, below):
    number = write(bob, below)[1]["comment"]["id"]
    assert ada.delete(f"{below}/{number}") == (403, {"errors": {"comment": ["forbidden"]}})
    assert bob.delete(f"{below}/{number}") == (204, None)
    assert bob.delete(f"{below}/{number}") == NO_COMMENT
    assert bob.get(below) == (200, {"comments": []})


@pytest.mark.parametrize("number", ["1", "0", "-1", "x", "1.5", "9" * 18, "9" * 40, "٣"])
def test_comment_that_is_not_there_is_not_found(ada, below, number):
    assert ada.delete(f"{below}/{number}") == NO_COMMENT


def test_comment_on_another_article_is_not_found_here(ada, below):
    number = write(ada, below)[1]["comment"]["id"]
    other = f"/articles/{ada.write('Another')['slug']}/comments"
    assert ada.delete(f"{other}/{number}") == NO_COMMENT


def test_words_are_given_back_raw(ada, below):
    hostile = "<script>alert(1)</script> **bold** [x](javascript:alert(1))"
    assert write(ada, below, hostile)[1]["comment"]["body"] == hostile


def test_a_list_of_comments_has_an_end(app, clock, stranger, below):
    with app.uow.transaction():
        post = app.post_desk.get(below.split("/")[2])
        for _ in range(MOST + 1):
            clock.pass_by(milliseconds=1)
            app.comment_desk.write(post, post.author_id, "hello")
    assert len(stranger.get(below)[1]["comments"]) == MOST
