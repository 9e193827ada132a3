"""What the public browser suite of RealWorld expects to find."""

from entrypoints.web import make_web


def test_johndoe_has_25_articles_however_often_it_is_asked_and_nobody_signs_in_as_him(app, flask):
    assert [flask("conduit", "seed")[1].split(" ", 1)[0] for _ in range(2)] == ["25", "0"]
    client = make_web(app).test_client()
    assert client.get("/api/articles?author=johndoe").json["articlesCount"] == 25
    given = {"user": {"email": "johndoe@example.com", "password": "password"}}
    assert client.post("/api/users/login", json=given).status_code == 401
