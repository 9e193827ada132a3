"""A record of any kind shows the place it carries, and a place leads back to its record."""


def test_record_shows_the_place_it_carries(app):
    with app.uow.transaction():
        admin = app.users.by_email("admin@example.com")
        place, _ = app.place_desk.add(name="Home", address="Oslo", kind="user", record_id=admin.id)
    with app.uow.reading():
        user = {"id": admin.id, "email": admin.email}
        lines = list(app.kinds["users"].related(user))
        back = list(app.kinds["places"].related({"id": place.id, "kind": "user", "record_id": admin.id}))
    places = [(line.name, line.state) for line in lines if line.label == "Place"]
    assert places == [("Home", "waiting")]
    assert [(line.kind, line.key) for line in back] == [("user", admin.id)]


def test_place_of_a_record_is_for_those_who_may_see_the_record(app):
    with app.uow.transaction():
        app.place_desk.add(name="Home", address="Oslo", kind="user", record_id="usr_1")
        app.place_desk.add(name="Town hall", address="Oslo")
    seen = {}
    for role in ("staff", "admin"):
        kind = app.kinds["places"].for_role(role)
        with app.uow.reading():
            found = app.record_store.page(kind.entity, ("name",), kind.question(order="id"), 9)
        seen[role] = [row["name"] for row in found.rows]
    assert seen == {"staff": ["Town hall"], "admin": ["Home", "Town hall"]}
