"""Provisions and their revisions."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0010_row_level_security")]

    operations: list[Any] = []
