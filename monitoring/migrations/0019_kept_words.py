"""The words of clauses and of summaries are kept beside them: a search took each text apart anew that it had to look into."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0018_watches")]

    operations = [
        migrations.RemoveIndex(model_name="clause", name="clause_words"),
        migrations.AddField(
            model_name="clause",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=SearchVector(
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
                output_field=SearchVectorField(),
            ),
        ),
        migrations.AddIndex(model_name="clause", index=GinIndex(fields=["words"], name="clause_words")),
        migrations.RemoveIndex(model_name="change", name="change_words"),
        migrations.AddField(
            model_name="change",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=SearchVector(
                    models.Func(
                        models.F("summary"),
                        template="(%(expressions)s ->> 'headline') || ' ' || jsonb_path_query_array(%(expressions)s, '$.lines[*].text')::text",
                        output_field=models.TextField(),
                    ),
                    config="english",
                ),
                output_field=SearchVectorField(),
            ),
        ),
        migrations.AddIndex(model_name="change", index=GinIndex(fields=["words"], name="change_words")),
        migrations.AlterModelOptions(
            name="change", options={"base_manager_name": "objects", "ordering": ["-observed_at", "-id"]}
        ),
        # The planner knows how rare words are once it has looked at them.
        migrations.RunSQL("ANALYZE monitoring_clause; ANALYZE monitoring_change", migrations.RunSQL.noop),
    ]
