"""A person shows a picture, takes a copy of their data, leaves, and comes back, in a browser without JavaScript too."""

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

pytest.importorskip("playwright")

from PIL import Image
from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import PASSWORD, sign_in

EMAIL = "ruth@example.com"


def picture() -> dict[str, Any]:
    """A file as a browser sends it."""
    file = io.BytesIO()
    Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(file, "JPEG", quality=95)
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_person_shows_a_picture_takes_their_data_leaves_and_comes_back(
    newcomer: Any, elsewhere: Any, stage: Any, tmp_path: Path
) -> None:
    stage.person("member", EMAIL, "Ruth Teitelbaum")
    sign_in(newcomer, EMAIL, PASSWORD)
    show_picture(newcomer)
    name = take_copy(newcomer, tmp_path)
    assert name == "ruth"
    newcomer.get_by_role("link", name="Erase my account").click()
    newcomer.get_by_label("Username").fill(name)
    newcomer.get_by_role("button", name="Erase my account").click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert newcomer.goto("/@ruth").status == 404
    sign_in(elsewhere, EMAIL, PASSWORD)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Do you want to stay?")
    elsewhere.get_by_role("button", name="Keep my account").click()
    expect(elsewhere.get_by_role("status")).to_have_text("Welcome back. Your account is kept.")
    assert elsewhere.goto("/@ruth").status == 200


def show_picture(window: Any) -> None:
    window.goto("/account")
    window.get_by_label("Choose a picture").set_input_files(picture())
    window.get_by_role("button", name="Show this picture").click()
    expect(window.get_by_role("status")).to_have_text("Your picture is changed.")
    window.get_by_role("link", name="@ruth").click()
    assert window.evaluate("document.querySelector('.person img.portrait').naturalWidth") == 256


def take_copy(window: Any, folder: Path) -> str:
    """Have a copy written and take it; returns whose it is by its name."""
    window.goto("/account/data")
    window.get_by_role("button", name="Write a copy of my data").click()
    expect(window.get_by_role("status")).to_have_text("Your copy is being written. We mail you when it is ready.")
    until(lambda: window.reload() and window.get_by_role("link", name="Take it").count(), seconds=60, what="the copy")
    with window.expect_download() as coming:
        window.get_by_role("link", name="Take it").click()
    coming.value.save_as(folder / "copy.zip")
    with ZipFile(folder / "copy.zip") as made:
        assert EMAIL.encode() in made.read("data/users.json")
    return str(coming.value.suggested_filename.partition("-")[0])
