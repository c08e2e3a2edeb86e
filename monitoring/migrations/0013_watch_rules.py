"""What a watch listens to, and when its people are told."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0012_corrections")]

    operations: list[Any] = []
