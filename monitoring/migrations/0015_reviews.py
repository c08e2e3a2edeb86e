"""Reviews, accepted versions, requests."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0014_channels")]

    operations: list[Any] = []
