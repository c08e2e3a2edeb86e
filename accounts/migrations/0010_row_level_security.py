"""The second wall around keys and the audit trail."""

from django.db import migrations

from accounts.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_audit_trail_of_a_closed_organization")]

    operations = [
        EnableRowLevelSecurity("ApiKey"),
        EnableRowLevelSecurity("AuditEvent"),
        EnableRowLevelSecurity("Invitation"),
        EnableRowLevelSecurity("Transfer"),
    ]
