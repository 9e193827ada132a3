"""The description of the API: valid OpenAPI 3.1, true to what the routes do, and in words people can read."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from entrypoints import policies


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json


def test_description_is_valid_openapi(document):
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_shapes_have_the_names_people_know(document):
    ours = {"ContactMessageIn", "ContactMessageOut", "ProblemOut", "ProgressOut", "TaskOut"}
    assert ours - set(document["components"]["schemas"]) == set()


def test_example_is_taken_as_it_stands(client, document):
    example = document["components"]["schemas"]["ContactMessageIn"]["example"]
    assert client.post("/api/v1/contact-messages", json=example).status_code == 202


def test_every_example_has_what_its_shape_requires(document):
    shown = {name: shape for name, shape in document["components"]["schemas"].items() if "example" in shape}
    lacking = {name: sorted(set(shape.get("required", ())) - set(shape["example"])) for name, shape in shown.items()}
    assert {name: fields for name, fields in lacking.items() if fields} == {}


def test_every_api_route_is_described(site, document):
    routes = {rule.rule.replace("<", "{").replace(">", "}") for rule in site.url_map.iter_rules()}
    assert sorted(document["paths"]) == sorted(route for route in routes if route.startswith("/api/v1/"))


def test_description_says_how_each_route_lets_one_in(document):
    schemes = document["components"]["securitySchemes"]
    assert (schemes["token"]["scheme"], schemes["browser"]["name"]) == ("bearer", "enginebay")
    told = {path: document["paths"][path]["get"] for path in ("/api/v1/me", "/api/v1/tasks/{task_id}", "/api/v1/rates")}
    assert {path: operation["security"] for path, operation in told.items()} == {
        "/api/v1/me": [{"token": ["me.read"]}, {"browser": []}],
        "/api/v1/tasks/{task_id}": [{}, {"token": ["tasks.read"]}, {"browser": []}],
        "/api/v1/rates": [],
    }
    assert all("401" in operation["responses"] for operation in told.values())


def test_every_scope_of_a_route_is_one_that_people_can_choose(app, site):
    asked = {policies.of(site, rule.endpoint).scope for rule in site.url_map.iter_rules()} - {""}
    assert asked == set(app.scopes)
