"""Every field of what people and programs send about posts, messages and reports, filled with what no field expects:
refused in a sentence, or taken as the text that it is; never a failure of ours. Over PostgreSQL, which refuses more."""

import json
from urllib.parse import quote

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis.specs.openapi.checks import positive_data_acceptance

from entrypoints.web import make_web

WORDS = (
    "\x00", "a\x00b", "\ud800", "a\x1b[31m", "\u202e", "../../etc/passwd", "' OR 1=1 --", "%", "\\", '"', "{{7*7}}",
    "<script>alert(1)</script>", "-1", "null", "\U0001f469\u200d\U0001f4bb", "a" * 3_000, "\n\r\t", "",
)  # fmt: skip
WRONG = (None, True, 0, -1, 1.5, 1e308, 2**63, 10**40, [], {}, [None], {"a": {"b": []}}, ["x"] * 2_000, *WORDS)
DEEP = b'{"title":' * 3_000 + b"1" + b"}" * 3_000
BODIES = (
    b"", b"{", b"[]", b"null", b"\xff\xfe", DEEP, b'{"title":"\\ud800"}', b'{"title":"' + b"x" * 1_000_000 + b'"}',
    b'{"title":NaN}', b'{"title":1e999}', b"[" * 5_000 + b"]" * 5_000,
)  # fmt: skip
FIELDS = {
    ("POST", "/posts"): {"title": "T", "body": "B", "description": "D", "tags": ["t"], "state": "draft"},
    ("PATCH", "/posts/{post}"): {"title": "T", "body": "B", "description": "D", "tags": ["t"], "state": "published"},
    ("POST", "/posts/{post}/comments"): {"body": "B"},
    ("PATCH", "/posts/{post}/comments/{comment}"): {"body": "B"},
    ("POST", "/conversations"): {"people": ["bob"], "text": "T"},
    ("PATCH", "/conversations/{conversation}"): {"muted": True, "read_up_to": ""},
    ("POST", "/conversations/{conversation}/people"): {"people": ["bob"]},
    ("POST", "/conversations/{conversation}/messages"): {"text": "T"},
    ("PATCH", "/conversations/{conversation}/messages/{message}"): {"text": "T"},
    ("POST", "/reports"): {"about_kind": "posts", "about_id": "looms", "reason": "spam", "words": "W"},
}
PATHS = (
    "GET /posts/{}", "PATCH /posts/{}", "DELETE /posts/{}", "GET /posts/{}/comments", "POST /posts/{}/comments",
    "GET /posts/{post}/comments/{}", "PATCH /posts/{post}/comments/{}", "DELETE /posts/{post}/comments/{}",
    "GET /posts/{}/attachments", "GET /attachments/{}", "DELETE /attachments/{}", "PUT /posts/{}/favourite",
    "DELETE /posts/{}/favourite", "PUT /users/{}/follow", "DELETE /users/{}/follow", "GET /conversations/{}",
    "PATCH /conversations/{}", "DELETE /conversations/{}", "GET /conversations/{}/messages",
    "POST /conversations/{}/messages", "GET /conversations/{conversation}/messages/{}",
    "DELETE /conversations/{conversation}/messages/{}", "PUT /blocks/{}", "DELETE /blocks/{}", "GET /reports/{}",
)  # fmt: skip
QUERIES = (
    "/posts?{}", "/posts/feed?{}", "/posts/mine?{}", "/posts/{post}/comments?{}", "/conversations?{}",
    "/conversations/{conversation}/messages?{}",
)  # fmt: skip
NAMES = ("cursor", "limit", "tag", "author", "favourited_by")
ODD = (
    "%ff", "%00", "%ed%a0%80", "%c3%28", "x" * 5_000, "-1", "0", "1e9", "99999999999999999999", "after.", "before.x",
    "after.99999999999999999.pst_01m86ptpg0wpjj08wr83jmcdsn", "after.dms_zzzzzzzzzzzzzzzzzzzzzzzzzz", "%2e%2e",
    "pst_00000000000000000000000000", "cmt_zzzzzzzzzzzzzzzzzzzzzzzzzz", "%D9%A3", "%F0%9F%98%80", "%E2%80%AE",
)  # fmt: skip
PAGES = {
    "/posts/new": ("title", "body", "description", "tags", "do"),
    "/posts/{post}/edit": ("title", "body", "description", "tags", "do", "version"),
    "/posts/{post}/comments": ("body",),
    "/posts/{post}/comments/{comment}": ("body",),
    "/posts/{post}/favourite": ("next",),
    "/@bob/follow": ("next",),
    "/messages/new": ("people", "text"),
    "/messages/{conversation}": ("text",),
    "/messages/{conversation}/read": ("up_to",),
    "/messages/{conversation}/people": ("people",),
    "/messages/{conversation}/{message}/edit": ("text",),
    "/account/blocked": ("username",),
    "/account/blocked/remove": ("username",),
    "/report/users/bob": ("reason", "words"),
}
LOOKS = (
    "/posts/{}", "/posts/{}/edit", "/posts/{}/delete", "/posts/{post}/comments/{}", "/tags/{}", "/tags?tag={}",
    "/tags?tag=t&before={}", "/posts?before={}", "/posts/{post}?before={}", "/posts/mine?before={}",
    "/posts.atom?tag={}", "/posts.atom?author={}",
    "/sitemap/{}.xml", "/@{}", "/@ada?tab={}&before={}", "/messages/{}", "/messages?after={}",
    "/messages?before={}", "/messages/new?to={}", "/messages/{conversation}/live?newest={}",
    "/messages/{conversation}/{}/edit", "/report/{}/x", "/report/posts/{}", "/report/comments/{}",
)  # fmt: skip


@pytest.fixture
def ground(migrated_url, make_app):
    """Ada, signed in with a post, a comment and a conversation with Bob, on a site that holds nobody up."""
    app = make_app(settings={"rate_limits": "wide", "database_url": migrated_url})
    with app.uow.transaction():
        ada, _ = (app.accounts.create(f"{name}@example.com", name.title(), "member", "correct horse battery")
                  for name in ("ada", "bob"))  # fmt: skip
    with app.uow.transaction():
        post = app.post_desk.write(ada.id, title="Looms", body="x")
        comment = app.comment_desk.write(post, ada.id, "Hm")
        begun = app.conversation_desk.start(ada, ["bob"], "Hi")
    known = {"post": post.id, "comment": comment.id, "conversation": begun.conversation.id, "message": begun.message.id}
    return app, app.passes.give(ada), known


@pytest.fixture
def ask(ground):
    """Ask the API as Ada, and see that the answer is one of those that there may be."""
    app, token, known = ground
    client = make_web(app).test_client()

    def asked(method, path, data=None):
        for name, key in known.items():
            path = path.replace(f"{{{name}}}", key)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = client.open(f"/api/v1{path}", method=method, data=data, headers=headers)
        assert answer.status_code < 500, (method, path, (data or b"")[:80])
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            assert answer.json["detail"].endswith((".", "?"))
        return answer.status_code

    return asked


@pytest.fixture
def browser(ground):
    """A browser in which Ada is signed in, on a site whose forms need no token."""
    app, _, known = ground
    site = make_web(app)
    site.config["WTF_CSRF_ENABLED"] = False
    client = site.test_client()
    client.post("/login", data={"email": "ada@example.com", "password": "correct horse battery"})

    def visited(method, path, data=None):
        for name, key in known.items():
            path = path.replace(f"{{{name}}}", key)
        answer = client.open(path, method=method, data=data)
        assert answer.status_code < 500, (method, path, data)
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "http://x", "https://x"))
        return answer.status_code

    return visited


def sent(value):
    """JSON of anything, a lone half of a character pair as well."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


@pytest.mark.parametrize(("method", "path"), FIELDS)
def test_every_field_of_the_api_is_refused_in_words_or_taken(ask, method, path):
    good = FIELDS[method, path]
    for name in good:
        statuses = {ask(method, path, sent({**good, name: value})) for value in WRONG}
        assert statuses & {400, 404, 409, 422}, name
    for body in BODIES:
        assert 400 <= ask(method, path, body) < 500
    assert ask(method, path, sent({**good, "author_id": "usr_01m86ptpg0wpjj08wr83jmcdsn", "id": "x"})) == 422


def test_addresses_and_questions_of_the_api_lead_nowhere_or_are_refused(ask):
    body = sent({"body": "B"})
    for path in PATHS:
        method, _, place = path.partition(" ")
        for odd in ODD:
            assert 300 <= ask(method, place.replace("{}", odd), body if method in ("POST", "PATCH") else None) < 500
    for place in QUERIES:
        for name in NAMES:
            for odd in ODD:
                assert ask("GET", place.replace("{}", f"{name}={odd}")) in (200, 422)


@pytest.mark.parametrize("path", PAGES)
def test_every_field_of_a_form_is_refused_on_its_page_or_taken(browser, path):
    for name in PAGES[path]:
        for word in WORDS:
            typed = dict.fromkeys(PAGES[path], "x") | {name: word.encode("utf-8", "surrogatepass")}
            assert browser("POST", path, typed) in (200, 204, 303, 403, 404, 409, 422)
    assert browser("POST", path, dict.fromkeys(PAGES[path], "x" * 1_100_000)) in (400, 413)


def test_pages_at_odd_addresses_are_there_or_not(browser):
    for path in LOOKS:
        for odd in (*ODD, *(quote(word.encode("utf-8", "surrogatepass"), safe="") for word in WORDS[::2])):
            assert browser("GET", path.replace("{}", odd)) in (200, 204, 301, 303, 308, 403, 404, 422)


OURS = ("/api/v1/posts", "/api/v1/attachments", "/api/v1/tags", "/api/v1/conversations", "/api/v1/blocks",
        "/api/v1/reports", "/api/v1/users/{username}/follow", "/api/v1/search")  # fmt: skip


def test_every_answer_is_as_described(ground):
    """With a real token, and the ids of what is there as often as others."""
    app, token, known = ground
    there = {"post": known["post"], "comment": known["comment"], "conversation_id": known["conversation"],
             "message_id": known["message"], "username": "bob"}  # fmt: skip
    described = schemathesis.openapi.from_wsgi("/openapi.json", make_web(app))
    seen = 0
    for result in described.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(OURS):
            continue

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy(), is_there=strategies.booleans())
        def holds(case, is_there):
            if is_there and case.method != "DELETE":
                case.path_parameters = {name: there.get(name, key) for name, key in case.path_parameters.items()}
            headers = {"Authorization": f"Bearer {token}"}
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        holds()
        seen += 1
    assert seen > 25
