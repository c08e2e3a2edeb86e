"""How django-allauth behaves here: what a sign-in leaves behind, which limits hold, and that its mails are ours.

Links in mails are built from SITE_URL, never from the Host header of whoever asked.
"""

import base64
import hmac
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import force_bytes

from accounts import audit, mail, organizations, people
from accounts.models import User

# Mails that a stranger can cause by typing an address into a form.
ASKED_FOR = frozenset(
    {
        "account_already_exists",
        "email_confirmation",
        "email_confirmation_signup",
        "password_reset_key",
        "unknown_account",
    }
)
# What allauth tells a person by mail about the account, as it stands in the audit trail.
NOTIFIED = {
    "password_changed": "user.password_changed",
    "password_reset": "user.password_reset",
    "password_set": "user.password_set",
    "email_changed": "user.email_changed",
    "email_confirm": "user.email_confirmed",
    "email_deleted": "user.email_removed",
    "totp_activated": "second_factor.activated",
    "totp_deactivated": "second_factor.deactivated",
    "recovery_codes_generated": "recovery_codes.generated",
    "webauthn_added": "passkey.added",
    "webauthn_removed": "passkey.removed",
    "account_connected": "sign_in_provider.connected",
    "account_disconnected": "sign_in_provider.disconnected",
}


class AccountAdapter(DefaultAccountAdapter):
    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Make the personal organization if this is the first sign-in, and write the sign-in to the audit trails."""
        now = timezone.now()
        organizations.personal_organization(user=user, now=now)
        self._record(user, "user.signed_in")
        return super().post_login(request, user, **details)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a wrong password to the audit trails of the person whose address was given; nobody's, if unknown."""
        user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if user is not None:
            self._record(user, "user.sign_in_failed", by_themselves=False)
        super().authentication_failed(request, **credentials)

    def second_factor_failed(self, user: User) -> None:
        """Write a wrong code to the audit trails of the person who had given the right password."""
        self._record(user, "user.second_factor_failed", by_themselves=False)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        verb = NOTIFIED.get(template_prefix.rpartition("/")[2])
        if verb:
            self._record(user, verb)
        if verb == "user.email_changed":
            people.move(user, now=timezone.now(), actor=audit.actor_of(self.request))
        super().send_notification_mail(template_prefix, user, context, email)

    def _record(self, user: User, verb: str, *, by_themselves: bool = True) -> None:
        """Write `verb` to the audit trail of every organization of `user`."""
        actor = audit.Actor(user_id=user.pk if by_themselves else None, address=self.get_client_ip(self.request))
        for membership in organizations.memberships(user=user):
            audit.record(organization=membership.organization, verb=verb, target=user, actor=actor, now=timezone.now())

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Ask again before sensitive acts, but not who has just signed in."""
        return super().is_reauthentication_required(app=app, **details) and not self._has_just_signed_in()

    def _has_just_signed_in(self) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return what failed passwords are counted by: the mailbox, however its address is written."""
        return mailbox_of(str(credentials.get("email", credentials.get("username", ""))))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, but answer 429 when strangers have caused too many mails to this mailbox within the hour."""
        is_asked_for = template_prefix.rpartition("/")[2] in ASKED_FOR
        if is_asked_for and not ratelimit.consume(
            self.request, app="allauth.account", action="account_mail", key=mailbox_of(email), limit_get=True
        ):
            raise ImmediateHttpResponse(ratelimit.respond_429(self.request))
        super().send_mail(template_prefix, email, context)

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


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys belong to the host of SITE_URL; secrets of authenticator apps lie encrypted in the database."""

    def _get_site_name(self) -> str:
        return "ConductAtlas"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": self._get_site_name()}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text. Raises cryptography.fernet.InvalidToken when no present or former SECRET_KEY fits."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def mailbox_of(address: str) -> str:
    """Return one form for the spellings that usually reach the same mailbox; for counting, never for sending."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_key(key))) for key in keys])


def _key(secret: str | bytes) -> bytes:
    return hmac.digest(force_bytes(secret), b"accounts.second_factor", "sha256")


def _on_our_site(url: str) -> str:
    parts = urlsplit(url)
    return f"{settings.SITE_URL}{parts.path}{'?' + parts.query if parts.query else ''}"
