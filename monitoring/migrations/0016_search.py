"""The full-text index."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0015_reviews")]

    operations = [
        migrations.AddIndex(
            model_name="clause",
            index=GinIndex(
                SearchVector(
                    models.Func(
                        models.F("text"),
                        models.Value(r"\]\([^)]*\)|[^[:alnum:]]+"),
                        models.Value(" "),
                        models.Value("g"),
                        function="regexp_replace",
                        output_field=models.TextField(),
                    ),
                    config="english",
                ),
                name="clause_words",
            ),
        ),
    ]
