"""Endpoints beside mail addresses, the log of attempts, private feeds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy
from accounts.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0011_reporting_hours"),
        ("monitoring", "0013_watch_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField()),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="channel",
            options={"ordering": ["created_at", "id"]},
        ),
        migrations.AddField(
            model_name="channel",
            name="disabled_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("gone", "the endpoint answered 410: it is gone"),
                    ("failed", "every attempt of five days failed"),
                    ("bounced", "the mail server says that the address does not exist"),
                    ("complained", "a message was marked as unwanted"),
                    ("by_hand", "a person switched it off"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="failing_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="failures",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="channel",
            name="name",
            field=models.CharField(blank=True, max_length=80, verbose_name="name"),
        ),
        migrations.AddField(
            model_name="channel",
            name="overlap_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="sealed_old_secret",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="sealed_secret",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="sealed_url",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="channel",
            name="address",
            field=models.CharField(max_length=2048),
        ),
        migrations.AlterField(
            model_name="channel",
            name="kind",
            field=models.CharField(
                choices=[("email", "e-mail"), ("webhook", "webhook"), ("slack", "Slack-compatible hook")],
                default="email",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["channel", "-id"], name="delivery_newest_of_channel"),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "email"), ("sealed_url", "")),
                    models.Q(models.Q(("kind", "email"), _negated=True), models.Q(("sealed_url", ""), _negated=True)),
                    _connector="OR",
                ),
                name="channel_endpoint_has_a_sealed_address",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tries", to="monitoring.delivery"
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="watchlist",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="feeds", to="monitoring.watchlist"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["at"], name="attempt_at"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="monitoring_attempt_organization_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=accounts.tenancy.SameOrganization("delivery", name="attempt_delivery_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="monitoring_feed_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=accounts.tenancy.SameOrganization("watchlist", name="feed_watchlist_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)), fields=("watchlist",), name="feed_one_of_a_watchlist"
            ),
        ),
        EnableRowLevelSecurity("Feed"),
        EnableRowLevelSecurity("Attempt"),
    ]
