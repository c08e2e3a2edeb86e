"""What happens to a person outside the sign-up pages: registered by an operator, a demo or a test; another address."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts import audit, organizations
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


def locked(user: User) -> User:
    """Return `user` read anew and locked until the transaction ends: what one person may have is counted under this lock."""
    return User.objects.select_for_update().get(pk=user.pk)


def move(user: User, *, now: datetime, actor: audit.Actor) -> None:
    """Let those who write to `user` know that the address is another one now: settings.FOLLOW_ADDRESS names them."""
    for path in settings.FOLLOW_ADDRESS:
        import_string(path)(user, now=now, actor=actor)
