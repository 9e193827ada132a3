"""The RealWorld contract on profiles and following."""

NOT_FOUND = (404, {"errors": {"profile": ["not found"]}})


def profile(name, following=False):
    return 200, {"profile": {"username": name, "bio": None, "image": None, "following": following}}


def test_profile_is_everybodys_and_says_nothing_private(stranger, ada):
    assert stranger.get("/profiles/ada") == ada.get("/profiles/ada") == profile("ada")
    assert stranger.get("/profiles/ADA") == profile("ada")


def test_following_is_answered_with_the_profile_and_holds_once(ada, bob, stranger):
    assert bob.post("/profiles/ada/follow") == bob.post("/profiles/ada/follow") == profile("ada", True)
    assert bob.get("/profiles/ada") == profile("ada", True)
    assert stranger.get("/profiles/ada") == profile("ada")
    assert ada.get("/profiles/bob") == profile("bob")
    assert bob.delete("/profiles/ada/follow") == bob.delete("/profiles/ada/follow") == profile("ada")


def test_unknown_user_is_not_found(ada):
    for reader in (ada.get, lambda path: ada.post(f"{path}/follow"), lambda path: ada.delete(f"{path}/follow")):
        assert reader("/profiles/nobody") == NOT_FOUND


def test_nobody_follows_themselves(ada):
    status, said = ada.post("/profiles/ada/follow")
    assert (status, list(said["errors"])) == (422, ["username"])


def test_who_is_suspended_or_leaving_is_not_shown(app, ada, stranger):
    with app.uow.transaction():
        app.accounts.named("ada").leaving_at = app.clock.now()
    assert stranger.get("/profiles/ada") == NOT_FOUND
