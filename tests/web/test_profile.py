"""What people show of themselves: their profile, their picture, and the page where everybody sees it."""

import io
import struct
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageOps
from tests.admin.browser import PASSWORD, Browser, form_of

from adapters.clock import SetClock
from core.domain.accounts import User
from entrypoints.web import make_web


@pytest.fixture
def app(make_app):
    made = make_app()
    with made.uow.transaction():
        made.accounts.create("ada@example.org", "Ada Lovelace", "member", PASSWORD)
    return made


@pytest.fixture
def site(app):
    return make_web(app)


@pytest.fixture
def ada(site):
    made = Browser(site)
    made.sign_in("ada@example.org")
    return made


def user(app) -> User:
    with app.uow.reading():
        return app.users.by_username("ada")


def names(app):
    return list(app.avatar_files.names())


def painted(kind="JPEG", size=(90, 60), colours=("red", "blue"), **how):
    """A picture whose left half has one colour and whose right half the other."""
    picture = Image.new("RGB", size, colours[0])
    picture.paste(colours[1], (size[0] // 2, 0, size[0], size[1]))
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def send(browser, content, name="me.jpg"):
    browser.get("/account")
    file = {"image": (io.BytesIO(content), name)}
    return browser.post("/account/image", file, content_type="multipart/form-data")


def shown(site, app, side=256):
    answer = site.test_client().get(f"/avatars/{user(app).image}_{side}.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    return Image.open(io.BytesIO(answer.data))


def test_profile_is_changed_and_everybody_sees_it(app, site, ada):
    form = form_of(ada.get("/account"), "/account")
    assert form["name"] == "Ada Lovelace"
    said = {"name": "Ada King", "bio": "Engines.\n<b>Poetry</b>", "location": "London", "zone": "Europe/London"}
    assert ada.post("/account", said | {"language": ""}).location == "/account"
    page = site.test_client().get("/@ada").text
    assert [text in page for text in ("Ada King", "@ada", "London", "&lt;b&gt;Poetry&lt;/b&gt;", "Europe/London")] == [
        True, True, True, True, False,
    ]  # fmt: skip


def test_profile_that_is_wrong_is_told_field_by_field_and_kept_as_typed(app, ada):
    ada.get("/account")
    answer = ada.post("/account", {"name": "", "zone": "Europe/Atlantis", "bio": "typed"})
    assert answer.status_code == 422
    assert [text in answer.text for text in ("There is no such time zone", ">typed</textarea>", 'id="name-error"')] == [
        True, True, True,
    ]  # fmt: skip
    assert user(app).bio == ""


@pytest.mark.parametrize("name", ["nobody", "a%00b", "../x", "%ff"])
def test_person_who_is_not_there_is_not_found(site, name):
    assert site.test_client().get(f"/@{name}").status_code == 404


def test_person_is_found_in_whatever_case_under_one_address(site, app):
    assert site.test_client().get("/@ADA").location == "/@ada"


@pytest.mark.parametrize("change", [{"active": False}, {"leaving_at": "now"}])
def test_person_who_is_suspended_or_leaving_is_not_found(site, app, change):
    with app.uow.transaction():
        found = app.users.by_username("ada")
        for name, value in change.items():
            setattr(found, name, app.clock.now() if value == "now" else value)
    assert site.test_client().get("/@ada").status_code == 404


def test_language_of_the_account_rules_every_browser_and_the_switch_changes_it(site, app, ada):
    ada.get("/account")
    ada.post("/account", {"language": "de"})
    other = Browser(site)
    other.sign_in("ada@example.org")
    assert other.get("/account", headers={"Accept-Language": "en"}).headers["Content-Language"] == "de"
    other.post("/language", {"language": "en", "next": "/"})
    assert (ada.get("/account").headers["Content-Language"], user(app).language) == ("en", "en")
    assert site.test_client().get("/", headers={"Accept-Language": "de"}).headers["Content-Language"] == "de"


def test_switch_leaves_an_account_alone_that_chose_no_language(app, ada):
    ada.post("/language", {"language": "de", "next": "/"})
    assert user(app).language == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_picture_is_shown_square_in_two_sizes(site, app, ada, kind):
    assert send(ada, painted(kind)).location == "/account"
    assert [shown(site, app, side).size for side in (256, 64)] == [(256, 256), (64, 64)]
    assert f"/avatars/{user(app).image}_256.webp" in site.test_client().get("/@ada").text
    red, blue = (shown(site, app).convert("RGB").getpixel((x, 128)) for x in (40, 216))
    assert (red[0] > 200 > red[2], blue[2] > 200 > blue[0]) == (True, True)


def test_picture_is_kept_by_browsers_and_never_taken_for_anything_else(site, app, ada):
    send(ada, painted())
    answer = site.test_client().get(f"/avatars/{user(app).image}_64.webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_picture_with_a_place_in_it_loses_it_and_stands_upright(site, app, ada):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: what is left is the top
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (53.0, 33.0, 0.0)
    exif[0x010F] = "canary camera"
    content = painted(exif=exif, comment=b"canary comment")
    assert b"canary" in content
    send(ada, content)
    picture = shown(site, app)
    assert (dict(picture.getexif()), set(picture.info) & {"exif", "xmp", "icc_profile", "comment"}) == ({}, set())
    top, bottom = (picture.convert("RGB").getpixel((128, y)) for y in (40, 216))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)
    assert ImageOps.exif_transpose(picture).tobytes() == picture.tobytes()


def test_animation_is_shown_by_its_first_frame(site, app, ada):
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("green", "red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    send(ada, file.getvalue())
    picture = shown(site, app)
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((9, 9))[1] > 100


def test_transparent_picture_stays_so_and_a_grey_one_of_16_bits_is_read(site, app, ada):
    for made in (Image.new("RGBA", (40, 40), (255, 0, 0, 0)), Image.new("I;16", (40, 40), 40000)):
        file = io.BytesIO()
        made.save(file, "PNG")
        assert send(ada, file.getvalue()).location == "/account"


def png_head(width, height):
    """A PNG that says it is this large, with next to nothing in it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HOSTILE = {
    "a bomb": (png_head(50_000, 50_000), "40 megapixels"),
    "a little too large": (png_head(8_000, 5_001), "40 megapixels"),
    "svg": (SVG, "no JPEG, PNG, WebP or GIF"),
    "html": (b"<html><script>alert(1)</script>", "no JPEG, PNG, WebP or GIF"),
    "tiff": (painted("TIFF"), "no JPEG, PNG, WebP or GIF"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no JPEG, PNG, WebP or GIF"),
    "nothing": (b"", "no picture yet"),
    "cut off": (painted(size=(900, 600))[:900], "cannot be read"),
    "6 MB": (painted() + bytes(6_000_000), "more than 5 MB"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_picture_that_is_none_is_refused_in_words(app, ada, case):
    content, sentence = HOSTILE[case]
    answer = send(ada, content)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (user(app).image, names(app)) == ("", [])


def test_polyglot_is_kept_as_a_picture_only(site, app, ada):
    send(ada, painted("GIF") + b"<script>alert('canary')</script>" + SVG)
    kept = [app.avatar_files.open(name).read() for name in names(app)]
    assert [b"canary" in content or b"svg" in content for content in kept] == [False, False]


def test_body_of_9_mb_is_refused_and_other_views_take_no_more_than_before(ada):
    assert send(ada, bytes(9_000_000)).status_code == 413
    assert ada.post("/account", {"bio": "x" * 300_000}).status_code == 413


def test_new_picture_takes_the_place_of_the_old_files(app, ada):
    send(ada, painted())
    first = names(app)
    send(ada, painted())
    assert (len(names(app)), set(first) & set(names(app))) == (2, set())


def test_removed_picture_is_gone_with_its_files_and_initials_stand_there(site, app, ada):
    send(ada, painted())
    ada.get("/account")
    ada.post("/account/image/remove")
    assert (user(app).image, names(app)) == ("", [])
    assert ">AL</text>" in site.test_client().get("/@ada").text


@pytest.mark.parametrize("name", ["avt_x_64.webp", "..%2fenginebay.db", "avt_..%2f..%2fx.webp", "enginebay.db"])
def test_file_that_is_no_picture_is_not_found(site, name):
    assert site.test_client().get(f"/avatars/{name}").status_code == 404


def test_pictures_of_nobody_are_swept_away_after_a_month(make_app, drain_queue):
    clock = SetClock(datetime(2026, 1, 1, tzinfo=UTC))
    app = make_app(clock=clock)
    with app.uow.transaction():
        ada = app.accounts.create("ada@example.org", "Ada", "member", PASSWORD)
    app.album.keep(painted())
    kept = app.pictures.change(ada.id, painted()).image
    clock.pass_by(days=32)
    young = app.album.keep(painted())
    with app.uow.transaction():
        app.outbox.enqueue("accounts.forget-pictures", {})
    drain_queue(app, "upkeep")
    assert names(app) == sorted(f"{name}_{side}.webp" for name in (kept, young) for side in (256, 64))


def test_picture_by_the_api_is_the_body_itself(site, app, ada):
    with app.uow.reading():
        bearer = {"Authorization": f"Bearer {app.passes.give(app.users.by_username('ada'))}"}
    client = site.test_client()
    answer = client.put("/api/v1/me/image", data=painted("PNG"), headers=bearer, content_type="image/png")
    assert answer.json["image"] == f"{app.settings.base_url}/avatars/{user(app).image}_256.webp"
    refused = client.put("/api/v1/me/image", data=SVG, headers=bearer, content_type="image/png")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["image"])
    assert client.delete("/api/v1/me/image", headers=bearer).json["image"] is None
    assert names(app) == []
