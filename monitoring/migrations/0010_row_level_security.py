"""The second wall around what organizations watch and were told."""

from django.db import migrations

from accounts.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_proposals")]

    operations = [
        EnableRowLevelSecurity("Watchlist"),
        EnableRowLevelSecurity("Watch"),
        EnableRowLevelSecurity("Channel"),
        EnableRowLevelSecurity("Alert"),
        EnableRowLevelSecurity("Delivery"),
        EnableRowLevelSecurity("DeliveryItem"),
    ]
