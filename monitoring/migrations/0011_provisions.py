"""Provisions, their revisions, and which versions were read for them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0010_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Provision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provision_type", models.CharField(help_text="a key of the taxonomy", max_length=60)),
                ("created_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="provisions", to="monitoring.document"
                    ),
                ),
            ],
            options={
                "ordering": ["document", "provision_type"],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("first", "first record"), ("change", "change"), ("technical", "technical upgrade")],
                        max_length=10,
                    ),
                ),
                (
                    "fate",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("revised", "revised"),
                            ("continued", "continued"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("better", "better for users"), ("worse", "worse for users"), ("neutral", "neutral")],
                        default="neutral",
                        max_length=10,
                    ),
                ),
                (
                    "altered",
                    models.JSONField(
                        default=list, help_text="wording, stance, carve-outs, parameters, place, numbering"
                    ),
                ),
                ("stance", models.CharField(blank=True, max_length=60)),
                ("stance_start", models.PositiveIntegerField(blank=True, null=True)),
                ("stance_end", models.PositiveIntegerField(blank=True, null=True)),
                ("carveouts", models.JSONField(default=list)),
                ("parameters", models.JSONField(default=list)),
                ("passages", models.JSONField(default=list)),
                ("confidence", models.FloatField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("score", models.PositiveSmallIntegerField(blank=True, help_text="exposure, 0 to 100", null=True)),
                ("level", models.CharField(blank=True, max_length=10)),
                ("taxonomy", models.CharField(max_length=30)),
                ("observed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.revision",
                    ),
                ),
                (
                    "provision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="monitoring.provision",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="monitoring.version"
                    ),
                ),
            ],
            options={
                "ordering": ["-observed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Classification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taxonomy", models.CharField(max_length=30)),
                ("found", models.PositiveSmallIntegerField(help_text="how many provisions stand in it")),
                ("recorded_at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="classifications",
                        to="monitoring.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "taxonomy"), name="classification_once_per_version_and_taxonomy"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="provision",
            index=models.Index(fields=["provision_type"], name="provision_of_type"),
        ),
        migrations.AddConstraint(
            model_name="provision",
            constraint=models.UniqueConstraint(
                fields=("document", "provision_type"), name="provision_once_per_document_and_type"
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["provision", "-observed_at", "-id"], name="revision_newest_of_provision"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["-observed_at", "-id"], name="revision_newest"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(
                fields=("provision", "version", "taxonomy"), name="revision_once_per_version_and_taxonomy"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fate", "withdrawn"), ("stance", "")),
                    models.Q(models.Q(("fate", "withdrawn"), _negated=True), models.Q(("stance", ""), _negated=True)),
                    _connector="OR",
                ),
                name="revision_withdrawn_says_nothing",
            ),
        ),
    ]
