"""Webhooks, Slack-compatible hooks and feeds."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0013_watch_rules")]

    operations: list[Any] = []
