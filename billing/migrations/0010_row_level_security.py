"""The second wall around subscriptions."""

from django.db import migrations

from accounts.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_stripe")]

    operations = [
        EnableRowLevelSecurity("Subscription"),
        EnableRowLevelSecurity("Customer"),
        EnableRowLevelSecurity("Trial"),
        EnableRowLevelSecurity("Notice"),
    ]
