"""Corrections, applicability, saved comparisons."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0011_provisions")]

    operations: list[Any] = []
