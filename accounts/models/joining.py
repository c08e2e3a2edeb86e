"""How a person comes to an Organization, and how it changes hands: an offer by one side, an acceptance by the other."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.models.organizations import Membership
from accounts.permissions import GIVEN, Role
from accounts.tenancy import SameOrganization, TenantModel


class Invitation(TenantModel):
    """One offer of membership to one address. Written when a person invites; of its secret only the SHA-256 is kept.

    It ends by being accepted (once), revoked, or expiring. Sending it again makes a new secret and a new week.
    """

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role)
    digest = models.CharField(max_length=64)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="invitation_digest_is_sha256"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in GIVEN]), name="invitation_role_can_be_given"
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"

    def is_open_at(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class Transfer(TenantModel):
    """The owner's offer to hand the Organization over to one of its people. One at a time; gone once answered."""

    giver = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    receiver = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("giver", name="transfer_giver_same_organization"),
            SameOrganization("receiver", name="transfer_receiver_same_organization"),
            models.UniqueConstraint(fields=["organization"], name="transfer_one_at_a_time"),
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")), name="transfer_is_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} to membership {self.receiver_id}"
