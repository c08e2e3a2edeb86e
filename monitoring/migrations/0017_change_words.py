"""The full-text index of what summaries of changes say."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0016_search")]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=GinIndex(
                SearchVector(
                    models.Func(
                        models.F("summary"),
                        template="(%(expressions)s ->> 'headline') || ' ' || jsonb_path_query_array(%(expressions)s, '$.lines[*].text')::text",
                        output_field=models.TextField(),
                    ),
                    config="english",
                ),
                name="change_words",
            ),
        ),
        # Until it knows how rare words are, the planner walks all changes, newest first, in search of a rare one.
        migrations.RunSQL("ANALYZE monitoring_change", migrations.RunSQL.noop),
    ]
