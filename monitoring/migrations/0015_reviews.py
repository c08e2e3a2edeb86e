"""Reviews with their notes, accepted versions, requests with their votes; notes are append-only to the database too."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy
from accounts.rls import EnableRowLevelSecurity

# A note goes with its organization only, and its author's number when the person leaves: nothing else of it changes.
APPEND_ONLY = """
CREATE FUNCTION monitoring_reviewnote_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('conductatlas.erasing', true) = OLD.organization_id::text THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.author_id IS NULL
       AND (NEW.id, NEW.organization_id, NEW.review_id, NEW.text, NEW.created_at)
         = (OLD.id, OLD.organization_id, OLD.review_id, OLD.text, OLD.created_at)
       AND NEW.api_key_id IS NOT DISTINCT FROM OLD.api_key_id
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'notes are append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON monitoring_reviewnote
    FOR EACH ROW EXECUTE FUNCTION monitoring_reviewnote_is_append_only();
"""
FREE = """
DROP TRIGGER append_only ON monitoring_reviewnote;
DROP FUNCTION monitoring_reviewnote_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_reporting_hours"),
        ("monitoring", "0014_channels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("platform", "Platform"), ("document", "Document")], max_length=10)),
                ("key", models.CharField(max_length=600)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=500)),
                ("why", models.CharField(blank=True, help_text="read by operators only", max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("planned", "Planned"),
                            ("added", "Added"),
                            ("declined", "Declined"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="of the answer, shown to everybody", max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "hidden_at",
                    models.DateTimeField(blank=True, help_text="since when it is off the public queue", null=True),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.platform",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("reviewing", "Reviewing"),
                            ("action_needed", "Action needed"),
                            ("accepted", "Accepted"),
                            ("not_relevant", "Not relevant"),
                        ],
                        default="new",
                        max_length=16,
                    ),
                ),
                ("due_date", models.DateField(blank=True, null=True)),
                ("decision", models.CharField(blank=True, max_length=2000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "saves",
                    models.PositiveIntegerField(
                        default=0, help_text="how often it was changed: by it a form knows it is behind"
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="monitoring.change"
                    ),
                ),
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "api_key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "author",
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
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="monitoring.review"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                (
                    "told_as",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("planned", "Planned"),
                            ("added", "Added"),
                            ("declined", "Declined"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="monitoring.request"
                    ),
                ),
                (
                    "user",
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("accepted_date", models.DateField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("marked_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="monitoring.document",
                    ),
                ),
                (
                    "marked_by",
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
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acceptances", to="monitoring.version"
                    ),
                ),
            ],
            options={
                "ordering": ["document__platform__name", "document__name", "id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "id"), name="monitoring_acceptance_organization_id"
                    ),
                    models.UniqueConstraint(fields=("organization", "document"), name="acceptance_once_per_document"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="request_once"),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="request_answered_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), ("state", "declined"), _negated=True),
                name="request_declined_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="monitoring_review_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=accounts.tenancy.SameOrganization("owner", name="review_owner_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("organization", "change"), name="review_once_per_change"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["new", "reviewing", "action_needed", "accepted", "not_relevant"])),
                name="review_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decision", "")),
                    models.Q(models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="review_decided_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="monitoring_reviewnote_organization_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
            constraint=accounts.tenancy.SameOrganization("review", name="review_note_review_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
            constraint=accounts.tenancy.SameOrganization("api_key", name="review_note_api_key_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="review_note_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="monitoring_vote_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("organization", "request"), name="vote_once_per_organization"),
        ),
        migrations.RunSQL(APPEND_ONLY, FREE),
        EnableRowLevelSecurity("Review"),
        EnableRowLevelSecurity("ReviewNote"),
        EnableRowLevelSecurity("Acceptance"),
        EnableRowLevelSecurity("Vote"),
    ]
