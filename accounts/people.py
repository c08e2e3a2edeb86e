"""What happens to a person outside the sign-up pages: an operator, a demo or a test registers one."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import organizations
from accounts.models import User


@transaction.atomic
def register(*, email: str, password: str, now: datetime, name: str = "") -> User:
    """Return a person whose address counts as verified, with a personal organization. Safe to run twice.

    A second run sets the password anew and changes nothing else.
    """
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email=email, name=name, created_at=now)
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    organizations.personal_organization(user=user, now=now)
    return user
