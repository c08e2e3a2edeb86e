"""AuditEvent: who did what, on what, when and from where, in one Organization."""

from django.conf import settings
from django.db import models

from accounts.tenancy import SameOrganization, TenantModel


class AuditEvent(TenantModel):
    """One act. Written by `audit.record` in the act's own transaction; the database refuses to change or remove it.

    `verb` reads "noun.past_participle" ("api_key.created"). The actor is a bare number: when a person leaves, the act
    stays and their name goes.
    """

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    api_key = models.ForeignKey("accounts.ApiKey", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(null=True)
    target_kind = models.CharField(max_length=40, blank=True)
    target_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("api_key", name="audit_event_api_key_same_organization"),
            models.CheckConstraint(
                condition=models.Q(verb__regex=r"^[a-z_]+\.[a-z_]+$"), name="audit_event_verb_is_noun_dot_verb"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-at"], name="audit_event_newest")]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_kind} {self.target_id or ''} at {self.at:%Y-%m-%d %H:%M}"
