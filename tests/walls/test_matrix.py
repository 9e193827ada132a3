"""Every route × everybody who may come: what it answers is what its policy says. A route without a policy, or with a
part of its address that nobody knows here, fails.
"""

import re
import shutil
from dataclasses import dataclass

import pytest
from sqlalchemy import event, text
from tests.conftest import COMPILED, HASTY
from tests.kept import let_it_be_lost

from adapters.queue.inline import InlineWakeUps
from core.domain.accounts import ROLES
from core.domain.accounts.pictures import PREFIX, files_of
from core.domain.content import Comment
from core.domain.content.comment import numbered
from core.domain.kernel.ids import new_id
from core.domain.post import Ring
from core.domain.social import Identity
from entrypoints import policies
from entrypoints.admin import make_admin
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.web import make_web

PLAIN = ("anonymous", "suspended", "other", "owner", "unverified", "must change", "not fresh")
PRINCIPALS = (*PLAIN, *ROLES[1:])
"""Who comes: `other` and `owner` are members, and so are the others that are no role; roles own nothing."""
INSIDE = ("anonymous", "suspended", "other", "must change", *ROLES[1:])
"""Who comes to the panel: there members are all alike."""
WHO = {"panel": INSIDE, "anyone": ("anonymous", "suspended", "must change", "owner", "super-admin")}
"""To whom a policy makes a difference, where it is not everybody."""
LED_TO = {"/login": "sign-in page", "/password": "change password", "/login/again": "sign in again"}
KNOWN = {
    "task_id": lambda ground: Thing(ground.task(), owned=True, keyed=True),
    "personal.take task_id": lambda ground: Thing(ground.copy(), owned=True),
    "device_id": lambda ground: Thing(ground.device(), keyed=True),
    "carrier": lambda ground: Thing("twilio"),
    "number": lambda ground: Thing(ground.message()),
    "slug": lambda ground: Thing("not-found"),
    "filename": lambda ground: Thing("vendor/htmx/LICENSE"),
    "panel.static filename": lambda ground: Thing("panel.css"),
    "username": lambda ground: Thing("owner"),
    "article": lambda ground: Thing(ground.article()),
    "rest": lambda ground: Thing("articles"),
    "session_id": lambda ground: Thing(ground.session(), owned=True),
    "name": lambda ground: Thing(ground.picture()),
    "identity_id": lambda ground: Thing(ground.identity(), owned=True),
    "provider": lambda ground: Thing("sandbox"),
    "way": lambda ground: Thing("way_nobody_began"),
    "notice_id": lambda ground: Thing(ground.notice(), owned=True),
    "user_id": lambda ground: Thing(ground.users["owner"].id),
    "kind": lambda ground: Thing("contact_delivered"),
    "key": lambda ground: Thing("a-key-that-nobody-signed"),
    "token_id": lambda ground: Thing(ground.token(), owned=True),
    "post": lambda ground: Thing(ground.post(is_hidden=True), owned=True),
    "comment": lambda ground: Thing(ground.comment("post"), owned=True),
    "attachment_id": lambda ground: Thing(ground.attachment("post"), owned=True),
    **{
        f"api.{view} post": lambda ground: Thing(ground.post())
        for view in ("show_post", "list_comments", "show_comment", "list_attachments")
    },
    "content.show post": lambda ground: Thing(ground.post()),
    "tag": lambda ground: Thing("looms"),
    "part": lambda ground: Thing("1"),
    "api.show_comment comment": lambda ground: Thing(ground.comment("api.show_comment post")),
    "api.show_attachment attachment_id": lambda ground: Thing(ground.attachment("api.show_post post")),
    "conversation_id": lambda ground: Thing(ground.conversation(), owned=True),
    "message_id": lambda ground: Thing(ground.direct_message(), owned=True),
    "report_id": lambda ground: Thing(ground.report(), owned=True),
    "about_kind": lambda ground: Thing("users"),
    "about_id": lambda ground: Thing("other"),
}
"""How to make what a part of an address names. `owned`: it is the owner's; `keyed`: a signed key opens it too."""
UNKNOWN = (
    "{rule} has {names} in it, and the matrix knows no such thing. Add it to KNOWN in tests/walls/test_matrix.py: how "
    "to make one that belongs to the owner, and whether a signed key opens it."
)
IN_FORMS = {
    "push.send_one": {"device": "device_id"}, "sessions.end": {"session": "session_id"},
    "content.attach": {"post": "post"}, "content.detach": {"post": "post", "attachment": "attachment_id"},
}  # fmt: skip
"""What a form names, by the same names."""
DEEDS = ("action_view", "act", "many")
"""Pages of the panel on which what is to be done asks for a permission of its own."""


@dataclass
class Thing:
    """What stands in an address. Who neither owns it nor holds its key must not learn that it is there."""

    word: str
    owned: bool = False
    keyed: bool = False


@dataclass
class Call:
    """One call, what it was answered and what its policy allows to answer."""

    rule: object
    method: str
    who: str
    expected: set
    found: str

    @property
    def is_as_declared(self):
        return self.found in self.expected

    def __str__(self):
        return f"{self.method} {self.rule.rule} for {self.who}: {self.found}, not {' or '.join(sorted(self.expected))}"


class Ground:
    """A site with everybody and everything on it that routes ask for; what a call may have used up is made anew."""

    def __init__(self, app, site, users):
        self.app, self.site, self.users = app, site, users
        self._clients, self._things, self._made = {}, {}, 0

    def thing(self, name):
        if name not in self._things:
            self._things[name] = KNOWN[name](self)
        return self._things[name]

    def client(self, who):
        if who not in self._clients:
            self._clients[who] = self._signed_in(who)
        return self._clients[who]

    def was_used(self, who, names):
        self._clients.pop(who, None)
        for name in tuple(self._things) if who == "owner" else names:
            del self._things[name]

    def task(self):
        with self.app.uow.transaction():
            return self.app.outbox.enqueue("exports.clean-up", {}, owner=self.users["owner"].id).id

    def copy(self):
        """A finished copy of the owner's data, with its file."""
        with self.app.uow.transaction():
            task = self.app.copy_desk.order(self.users["owner"])
            self.app.uow.session.flush()
            self.app.uow.connection.execute(text("UPDATE tasks SET state = 'done' WHERE id = :id"), {"id": task.id})
        with self.app.export_files.new(f"{task.id}.zip") as file:
            file.write(b"PK")
        return task.id

    def session(self):
        """One of the owner's, in another browser."""
        with self.app.uow.transaction():
            token = self.app.session_desk.open(self.users["owner"], "127.0.0.1", "another")
        return self.app.secrets.fingerprint(token)

    def picture(self):
        name = files_of(new_id(PREFIX, self.app.clock.now()))[0]
        with self.app.avatar_files.new(name) as file:
            file.write(b"RIFF")
        return name

    def article(self):
        self._made += 1
        with self.app.uow.transaction():
            return self.app.post_desk.write(self.users["owner"].id, title=f"Article {self._made}", body="x").slug

    def identity(self):
        self._made += 1
        now = self.app.clock.now()
        made = Identity(
            id=new_id("idn", now), user_id=self.users["owner"].id, provider="sandbox", issuer="here",
            subject=str(self._made), created_at=now, used_at=now,
        )  # fmt: skip
        with self.app.uow.transaction():
            self.app.identities.add(made)
        return made.id

    def token(self):
        self._made += 1
        with self.app.uow.transaction():
            made = self.app.token_desk.make(
                self.users["owner"], name=f"Token {self._made}", scopes=["me.read"], days=30
            )
        return made.token.id

    def conversation(self):
        """One of the owner's with two who call no route."""
        with self.app.uow.transaction():
            names = ("quiet", "silent")
            if not self.app.users.with_usernames(names):
                for name in names:
                    self.app.accounts.create(f"{name}@example.org", name, "member", "correct horse battery")
            return self.app.conversation_desk.start(self.users["owner"], names, "Hello").conversation.id

    def direct_message(self):
        here = self.thing("conversation_id").word
        with self.app.uow.transaction():
            return self.app.message_desk.write(self.users["owner"].id, here, "Hello").id

    def report(self):
        with self.app.uow.transaction():
            owner = self.users["owner"].id
            return self.app.report_desk.report("users", "other", by=owner, reason="spam")[0].id

    def post(self, *, is_hidden=False):
        """One of the owner's; a hidden one is nobody else's to see."""
        with self.app.uow.transaction():
            made = self.app.post_desk.write(self.users["owner"].id, title="Looms", body="Cards.")
            if is_hidden:
                self.app.post_desk.hide(made.id, "To see who sees it")
        return made.id

    def comment(self, post):
        now = self.app.clock.now()
        made = Comment(
            id=new_id("cmt", now), number=numbered(now), post_id=self.thing(post).word, body="Well woven.",
            author_id=self.users["owner"].id, created_at=now, updated_at=now,
        )  # fmt: skip
        with self.app.uow.transaction():
            self.app.comments.add(made)
        return made.id

    def attachment(self, post):
        return self.app.attachment_desk.keep(self.thing(post).word, self.users["owner"].id, "a.txt", b"x").id

    def notice(self):
        self._made += 1
        ring = Ring(
            user=self.users["owner"].id, kind="task_done", key=f"tsk_{self._made}", title="Done", text="All of it.",
            link="", at=self.app.clock.now(),
        )  # fmt: skip
        with self.app.uow.transaction():
            self.app.wishes.ring([ring])
            return self.app.notice_desk.page(self.users["owner"].id).notices[0].id

    def device(self):
        with self.app.uow.transaction():
            owner = self.users["owner"].id
            self._made += 1
            return self.app.device_desk.sign_up(
                kind="fcm", address=f"{owner}{self._made:0100}", keys={}, owner=owner
            ).id

    def message(self):
        self._made += 1
        letter = {"to": "ada@example.org", "from": "us@example.org", "subject": "Engines", "text": "Hello"}
        return self.app.inbox.keep(f"msg-{self._made}", "mail", {"vendor": "sandbox", "html": "", **letter})["id"]

    def _signed_in(self, who):
        client = self.site.test_client()
        if who == "anonymous":
            return client
        with self.app.uow.transaction():
            user = self.app.users.get(self.users[who].id)
            token = self.app.session_desk.open(user, "127.0.0.1", "matrix")
            if who == "not fresh":
                self.app.sessions.find(self.app.secrets.fingerprint(token)).proven_at = None
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return client


@pytest.fixture(scope="module")
def ground(template, tmp_path_factory):
    home = tmp_path_factory.mktemp("matrix")
    shutil.copy(template, home / "enginebay.db")
    app = build(Settings(home=home, rate_limits="wide"), wake_ups=InlineWakeUps(), secrets=HASTY)
    for engine in (app.uow.engine, app.uow.reader):
        event.listen(engine, "connect", let_it_be_lost)
    site = make_web(app)
    site.jinja_env.bytecode_cache = COMPILED
    make_admin(app, site)
    site.config["WTF_CSRF_METHODS"] = set()  # who may call is asked here; that forms carry tokens, elsewhere
    with app.uow.transaction():
        users = {who: _user(app, who) for who in PRINCIPALS if who != "anonymous"}
    yield Ground(app, site, users)
    app.uow.dispose()


def _user(app, who):
    name = who.replace(" ", "-")
    role = who if who in ROLES else "member"
    made = app.accounts.create(f"{name}@example.org", name, role, "correct horse battery")
    made.active = who != "suspended"
    made.must_change_password = who == "must change"
    made.verified_at = None if who == "unverified" else made.verified_at
    return made


def test_every_route_answers_everybody_as_its_policy_says(ground, record_property):
    """Lists share their pages, so each page is called by everybody on some list, and each permission on some page."""
    called = list(_matrix(ground, _Pairs().are_new))
    record_property("figures", f"matrix: {len(called)} calls, {len({call.rule.rule for call in called})} addresses")
    assert [str(call) for call in called if not call.is_as_declared] == []


@pytest.mark.long
def test_every_list_of_the_panel_does_so_on_every_page(ground):
    called = list(_matrix(ground, lambda *call: True))
    assert [str(call) for call in called if not call.is_as_declared] == []


def _matrix(ground, is_wanted):
    for rule in sorted(ground.site.url_map.iter_rules(), key=lambda rule: rule.rule):
        policy = policies.of(ground.site, rule.endpoint)
        assert policy is not None, f"{rule.rule} declares no policy; see entrypoints/policies.py."
        assert rule.arguments <= KNOWN.keys(), UNKNOWN.format(rule=rule.rule, names=rule.arguments - KNOWN.keys())
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            for who in WHO.get(policy.who, PRINCIPALS):
                expected = _expected(ground, rule, policy, who)
                if is_wanted(ground, rule, method, who, expected):
                    yield Call(rule, method, who, expected, _answer(ground, rule, method, who))


class _Pairs:
    """Of the panel, one call for each page and outcome, and one for each permission; of the site every call."""

    def __init__(self):
        self._had = set()

    def are_new(self, ground, rule, method, who, expected):
        policy, view = policies.of(ground.site, rule.endpoint), ground.site.view_functions[rule.endpoint]
        if policy.who != "panel":
            return True
        page = (type(view.__self__).__name__, view.__name__, method, who, tuple(sorted(expected)))
        pairs = {page, (policy.permission, who)} - self._had
        self._had |= pairs
        return bool(pairs)


def test_key_opens_what_it_was_signed_for(ground):
    for path in ("/tasks/{}", "/tasks/{}/live", "/api/v1/tasks/{}"):
        task = ground.task()
        key = ground.app.links.sign(task)
        client = ground.client("anonymous")
        assert client.get(path.format(task), query_string={"key": key}).status_code == 200
        assert client.get(path.format(ground.task()), query_string={"key": key}).status_code == 404
    device = ground.device()
    assert ground.client("other").delete(f"/api/v1/devices/{device}?key=x").status_code == 404
    key = ground.app.links.sign(device)
    assert ground.client("anonymous").delete(f"/api/v1/devices/{device}?key={key}").status_code == 204


def _names(rule):
    """The things in an address and in its form: how KNOWN calls them, and the address or form."""
    in_path = {
        name: f"{rule.endpoint} {name}" if f"{rule.endpoint} {name}" in KNOWN else name for name in rule.arguments
    }
    return in_path, IN_FORMS.get(rule.endpoint, {})


def _answer(ground, rule, method, who):
    """What an answer means: open, or why not."""
    in_path, in_form = _names(rule)
    path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: ground.thing(in_path[found[1]]).word, rule.rule)
    form = {name: ground.thing(known).word for name, known in in_form.items()} if method != "GET" else None
    answer = ground.client(who).open(path, method=method, data=form)
    if method != "GET" and answer.status_code < 400:
        ground.was_used(who, (*in_path.values(), *in_form.values()))
    place = (answer.location or "").partition("?")[0] if answer.status_code == 303 else ""
    by_status = {401: "sign in", 403: "refused", 404: "not there"}
    return by_status.get(answer.status_code) or LED_TO.get(place) or ("open" if answer.status_code < 500 else "broken")


def _expected(ground, rule, policy, who):
    """The answers that a policy allows."""
    in_path, in_form = _names(rule)
    owned = any(ground.thing(name).owned for name in (*in_path.values(), *in_form.values()))
    if rule.endpoint == "sign_in.logout":
        return {"sign-in page"}  # where it leads to
    if policy.who == "anyone":
        return {"open", "sign-in page", *([] if in_path else ["not there"])}  # a list may be empty yet
    if policy.who == "key holder":
        return {"open"} if owned and who == "owner" else {"not there", "refused"}
    if policy.by_token:
        return {"sign in"}  # they all come with a cookie
    kept_out = _kept_out(ground, policy, who, "refused" if rule.rule.startswith("/api/") else "")
    if kept_out:
        return {kept_out}
    if policy.who == "panel":
        return {"open", "not there", *(["refused"] if rule.endpoint.rpartition(".")[2] in DEEDS else [])}
    return {"not there"} if owned and not policy.permission and who != "owner" else {"open"}


def _kept_out(ground, policy, who, told):
    """Why somebody does not come as far as the view; a program is told where a browser is led on."""
    role = who if who in ROLES else "member"
    if who in ("anonymous", "suspended"):
        return "sign in" if told else "sign-in page"
    if who == "must change" and not policy.half:
        return told or "change password"
    if policy.who == "panel" and role == "member":
        return "refused"
    if policy.permission and not ground.app.roles.allows(role, policy.permission):
        return "refused"
    return (told or "sign in again") if policy.fresh and who == "not fresh" else ""
