"""The records of who is asking, in the order in which a visitor meets them."""

from accounts.models.joining import Invitation, Transfer
from accounts.models.keys import ApiKey, Scope
from accounts.models.organizations import Membership, Organization, Weekday
from accounts.models.people import User
from accounts.models.trail import AuditEvent
from accounts.permissions import Role

__all__ = [
    "ApiKey", "AuditEvent", "Invitation", "Membership", "Organization", "Role", "Scope", "Transfer", "User",
    "Weekday",
]  # fmt: skip
