"""The description of the API: valid OpenAPI 3.1, true to what the routes do, and in words people can read."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator


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


def test_every_api_route_is_described(site, document):
    routes = {rule.rule.replace("<", "{").replace(">", "}") for rule in site.url_map.iter_rules()}
    assert sorted(document["paths"]) == sorted(route for route in routes if route.startswith("/api/"))
