"""What a watch listens to, and when its people are told."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy
from accounts import rls
from accounts.rls import EnableRowLevelSecurity


def say_what_documents_are(apps: Any, schema_editor: Any) -> None:
    with rls.as_worker():
        apps.get_model("monitoring", "Watch").objects.exclude(document=None).update(kind="document")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_reporting_hours"), ("monitoring", "0012_corrections")]

    operations = [
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="monitoring.channel"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recipients", to="monitoring.watch"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="watch",
            name="watch_once_per_watchlist",
        ),
        migrations.AddField(
            model_name="channel",
            name="cadence",
            field=models.CharField(
                blank=True,
                choices=[
                    ("immediate", "within a minute"),
                    ("same_day", "the same day"),
                    ("daily", "once a day, on days with news"),
                    ("weekly", "once a week"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="hears_notices",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="minimum_significance",
            field=models.CharField(
                choices=[("substantive", "substantive"), ("minor", "minor"), ("housekeeping", "housekeeping")],
                default="housekeeping",
                max_length=14,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.platform",
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="direction",
            field=models.CharField(
                blank=True,
                choices=[("better", "better for users"), ("worse", "worse for users")],
                help_text="empty: whichever way it moved",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="kind",
            field=models.CharField(
                choices=[
                    ("platform", "platform"),
                    ("document", "document"),
                    ("provision_type", "provision type"),
                    ("rule", "rule"),
                    ("search", "phrase"),
                ],
                default="platform",
                max_length=14,
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="watch",
            name="term",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[
                    ("alert", "alert"),
                    ("digest", "digest"),
                    ("notice", "notice"),
                    ("welcome", "welcome"),
                    ("test", "test"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="watch",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="watches",
                to="monitoring.platform",
            ),
        ),
        migrations.RunPython(say_what_documents_are, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("kind", "alert")), fields=["platform", "created_at"], name="delivery_of_platform"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "welcome")), fields=("channel",), name="delivery_one_welcome"
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                fields=("watchlist", "kind", "platform", "document", "term"),
                name="watch_once_per_watchlist",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document", None), ("kind", "platform"), ("platform__isnull", False), ("term", "")),
                    models.Q(
                        ("document__isnull", False), ("kind", "document"), ("platform__isnull", False), ("term", "")
                    ),
                    models.Q(("kind__in", ["provision_type", "rule", "search"]), models.Q(("term", ""), _negated=True)),
                    _connector="OR",
                ),
                name="watch_says_what_it_listens_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(("document", None), ("platform__isnull", False), _connector="OR"),
                name="watch_document_has_its_platform",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="monitoring_recipient_organization_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=accounts.tenancy.SameOrganization("watch", name="recipient_watch_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=accounts.tenancy.SameOrganization("channel", name="recipient_channel_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("watch", "channel"), name="recipient_once"),
        ),
        EnableRowLevelSecurity("Recipient"),
    ]
