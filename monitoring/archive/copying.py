"""Many rows at once, by COPY: inserting them one statement a batch costs several times as much."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model


def copy(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows of `model`, each the values by attribute name (`version_id`) without the key, which the database gives.

    Every column must be there: defaults are the model's business, and no model is made here. None need be there at all.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(str(field.column) for field in fields)
    plan = [(field.attname, isinstance(field, JSONField)) for field in fields]
    # All rows first: making them may ask the database, which cannot answer on a connection that is copying.
    lines = [[json.dumps(row[name]) if is_json else row[name] for name, is_json in plan] for row in rows]
    if not lines:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as sink:
        for line in lines:
            sink.write_row(line)
