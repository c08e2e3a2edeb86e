"""How django-allauth behaves here: the first sign-in makes the personal organization, and its mails are ours.

Links in mails are built from SITE_URL, never from the Host header of whoever asked.
"""

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import audit, mail, organizations
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Make the personal organization if this is the first sign-in, and write the sign-in to its audit trail."""
        self._welcome(request, user)
        return super().post_login(request, user, **details)

    def _welcome(self, request: HttpRequest, user: User) -> None:
        now = timezone.now()
        organization = organizations.personal_organization(user=user, now=now)
        audit.record(
            organization=organization,
            verb="user.signed_in",
            target=user,
            actor=audit.Actor(user_id=user.pk, address=self.get_client_ip(request)),
            now=now,
        )

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Ask again before sensitive acts, but not who has just signed in."""
        return super().is_reauthentication_required(app=app, **details) and not self._has_just_signed_in()

    def _has_just_signed_in(self) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Return the mail of the folder email/<last part of template_prefix>/, with its links on our own address."""
        to = [email] if isinstance(email, str) else email
        links = {name: _on_our_site(value) for name, value in context.items() if name.endswith("_url")}
        return mail.message(template_prefix.rpartition("/")[2], to=to, context={**context, **links}, headers=headers)


def _on_our_site(url: str) -> str:
    parts = urlsplit(url)
    return f"{settings.SITE_URL}{parts.path}{'?' + parts.query if parts.query else ''}"
