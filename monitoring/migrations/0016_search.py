"""The full-text index."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0015_reviews")]

    operations: list[Any] = []
