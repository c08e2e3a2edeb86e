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
