"""Which passwords are taken: any of eight characters and more that guessers would not try first."""

import pytest

from adapters.breached import FILE, PackagedList, pack
from core.domain.accounts import Passwords, check_password
from core.domain.kernel.errors import Invalid
from entrypoints.config import Settings
from entrypoints.container import build

ADA = ("ada.byron@example.com", "ada.byron", "countess", "Ada Lovelace")
LISTED = pack(["password", "Sunshine", "dragon-fire"])


@pytest.fixture
def passwords(tmp_path):
    (tmp_path / "list").write_bytes(LISTED)
    return Passwords(None, PackagedList(tmp_path / "list"), ("Harbour",))


def refused(passwords, password, context=ADA):
    with pytest.raises(Invalid) as wrong:
        passwords.check(password, context)
    return wrong.value.fields["password"]


@pytest.mark.parametrize(
    "password", ["eight ch", "x y z a" * 30, "пароль-пароль", "🔑🗝🔒🔓🔏🔐🛡⚔", "a better password"]
)
def test_passwords_of_any_characters_are_taken(passwords, password):
    passwords.check(password, ADA)


@pytest.mark.parametrize("password", ["short", "", "x" * 257])
def test_passwords_of_a_wrong_length_are_refused(passwords, password):
    assert refused(passwords, password) == "The password must have 8 to 256 characters."


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "12345678",
        "abcdefgh",
        "87654321",
        "qwertyuiop",
        "Qwertyui",
        "aaaabbbb",
        "abcd1234",
    ],
)
def test_passwords_that_go_on_as_they_began_are_refused(passwords, password):
    assert "too easy to guess" in refused(passwords, password)


@pytest.mark.parametrize(
    "password",
    ["ada.byron@example.com", "adalovelace", "Lovelace1815", "countess!", "Harbour2026", "adabyron", "ada-BYRON-7"],
)
def test_passwords_made_of_the_persons_own_names_are_refused(passwords, password):
    assert "made of your name" in refused(passwords, password)


def test_password_that_only_has_a_name_in_it_is_taken(passwords):
    passwords.check("lovelace weaves flowers", ADA)


@pytest.mark.parametrize("password", ["password", "PASSWORD", "sunshine", "Sunshine1!", "dragon-fire"])
def test_passwords_of_the_list_are_refused_whatever_their_case_and_decoration(passwords, password):
    assert "lists of stolen ones" in refused(passwords, password)


def test_password_in_front_of_more_than_a_few_signs_is_another_one(passwords):
    passwords.check("sunshine-74190", ADA)


def test_without_lists_only_the_length_counts():
    passwords = Passwords(None, None, ("Harbour",))
    passwords.check("password", ADA)
    assert refused(passwords, "short") == "The password must have 8 to 256 characters."


@pytest.mark.parametrize(("setting", "is_taken"), [({}, False), ({"password_lists": False}, True)])
def test_lists_are_left_out_by_a_setting_only(tmp_path, setting, is_taken):
    passwords = build(Settings(home=tmp_path, **setting)).passwords
    try:
        passwords.check("password123")
        taken = True
    except Invalid:
        taken = False
    assert taken is is_taken


def test_packaged_list_knows_what_was_stolen_and_nothing_else():
    known = PackagedList()
    stolen = [known.holds(one) for one in ("password", "iloveyou1", "Trustno1", "1q2w3e4r5t", "football1")]
    own = [known.holds(one) for one in ("correct horse battery", "a better password", "", "x" * 256)]
    assert (stolen, own) == ([True] * 5, [False] * 4)


def test_packaged_list_is_small_and_in_order():
    kept = FILE.read_bytes()
    marks = [kept[at : at + 4] for at in range(0, len(kept), 4)]
    assert (len(kept) <= 400_000, len(marks) > 99_900, marks == sorted(set(marks))) == (True, True, True)


def test_config_takes_what_has_the_shape_of_a_password():
    """Lists are asked where the first administrator is made: settings ask nobody."""
    check_password("password1")
