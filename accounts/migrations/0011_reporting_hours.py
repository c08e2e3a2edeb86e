"""When an organization wants its digests."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_row_level_security")]

    operations: list[Any] = []
