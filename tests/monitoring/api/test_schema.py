"""The OpenAPI schema is whole, public, and describes the errors too."""

import json
from io import StringIO

from django.core.management import call_command


def test_the_schema_validates_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_the_schema_is_public_as_json_and_yaml(client, db):
    schema = json.loads(client.get("/api/schema/").content)
    assert schema["openapi"].startswith("3.1")
    assert b"openapi: 3.1" in client.get("/api/schema.yaml/").content
    operations = [(path, method) for path, methods in schema["paths"].items() for method in methods]
    assert len(operations) >= 26
    for path, method in operations:
        assert path.startswith("/api/v1/")
        answers = schema["paths"][path][method]["responses"]
        assert "application/problem+json" in answers["401"]["content"]
        assert "429" in answers


def test_what_needs_a_plan_even_to_be_read_says_so(client, db):
    paths = client.get("/api/schema/").json()["paths"]
    refused = {path for path, acts in paths.items() if "403" in acts.get("get", {}).get("responses", {})}
    assert refused == {"/api/v1/acceptances/", "/api/v1/reviews/", "/api/v1/reviews/{change_id}/"}
