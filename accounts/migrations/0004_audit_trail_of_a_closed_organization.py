"""The audit trail stays append-only, but for one act: erasing an organization whose time to be kept is over.

The erasing transaction names the organization in conductatlas.erasing; the trigger also looks whether it was closed.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION accounts_auditevent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       AND current_setting('conductatlas.erasing', true) = OLD.organization_id::text
       AND EXISTS (SELECT 1 FROM accounts_organization WHERE id = OLD.organization_id AND closes_at IS NOT NULL)
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION accounts_auditevent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_joining_rotating_closing")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
