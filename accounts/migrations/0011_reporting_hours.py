"""When an organization wants its digests."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_row_level_security")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(
                default=8, validators=[django.core.validators.MaxValueValidator(23)]
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="digest_weekday",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (0, "Monday"),
                    (1, "Tuesday"),
                    (2, "Wednesday"),
                    (3, "Thursday"),
                    (4, "Friday"),
                    (5, "Saturday"),
                    (6, "Sunday"),
                ],
                default=0,
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="same_day_hour",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(23)]
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("digest_hour__lte", 23),
                    ("digest_weekday__lte", 6),
                    models.Q(("same_day_hour", None), ("same_day_hour__lte", 23), _connector="OR"),
                ),
                name="organization_reporting_hours",
            ),
        ),
    ]
