"""Corrections, applicability, saved comparisons."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from accounts.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0011_reporting_hours"),
        ("monitoring", "0011_provisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Applicability",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        help_text="places as the regulation library names them",
                        size=None,
                    ),
                ),
                (
                    "whose_data",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("customers", "Consumers"),
                                ("employees", "Employees and applicants"),
                                ("children", "Children and teenagers"),
                                ("patients", "Patients, or anybody's health"),
                                ("students", "Pupils and students"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "uses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("assistant", "Assistance to staff"),
                                ("customer_facing", "Conversation with people outside, or media made for them"),
                                ("decisions", "Decisions about people: hiring, credit, insurance, benefits"),
                                ("biometrics", "Voices and faces"),
                                ("companion", "Companionship or therapy"),
                                ("hosting", "Publishing what users make or share"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("stated_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "applicabilities",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="monitoring_applicability_organization_id"
                    ),
                    models.UniqueConstraint(fields=("organization",), name="applicability_once_per_organization"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("platforms", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=100)),
                (
                    "provision_types",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=100),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="monitoring_comparison_organization_id"
                    ),
                    models.UniqueConstraint(
                        models.F("organization"),
                        django.db.models.functions.text.Lower("name"),
                        name="comparison_once_per_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fault",
                    models.CharField(
                        choices=[
                            ("type", "The words are about something else"),
                            ("stance", "The position is read wrongly"),
                            ("carveout", "An exception is missing or wrong"),
                            ("parameter", "A number or name is read wrongly"),
                            ("passage", "Other words of the document decide this"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(help_text="what is wrong and why, in the reader's words", max_length=2000)),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="where the outcome is sent, if the reader wants that", max_length=254
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "the reading was wrong"), ("declined", "the reading stands")],
                        max_length=10,
                    ),
                ),
                (
                    "answer",
                    models.CharField(blank=True, help_text="why, in the operator's words; public", max_length=1000),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="monitoring.revision",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(condition=models.Q(("outcome", "")), fields=["created_at"], name="correction_waiting"),
                    models.Index(fields=["-decided_at", "-id"], name="correction_decided"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("decided_at", None), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correction_decided_with_a_reason",
                    )
                ],
            },
        ),
        EnableRowLevelSecurity("Applicability"),
        EnableRowLevelSecurity("Comparison"),
    ]
