"""The forms of the second factor: allauth's, where a code works once over its whole life and bad input is no crash."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkey_forms
from django.core.cache import cache
from django.core.exceptions import ValidationError


class CodeWorksOnce:
    """A code of an authenticator app is refused the second time: allauth itself remembers it for 30 seconds only."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type != Authenticator.Type.TOTP:
            return code
        key = f"totp:{self.user.pk}:{''.join(code.split())}"
        if not cache.add(key, True, _life_seconds()):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc]
        get_adapter().second_factor_failed(self.user)


class AuthenticateForm(CodeWorksOnce, code_forms.AuthenticateForm):
    pass


class ReauthenticateForm(CodeWorksOnce, code_forms.ReauthenticateForm):
    pass


class CredentialIsRead:
    """What a browser sends as a credential is anyone's JSON: what cannot be read is a wrong one, not a server error."""

    def _clean_form(self) -> None:
        self._or_refused(super()._clean_form)  # type: ignore[misc]

    def _clean_fields(self) -> None:
        self._or_refused(super()._clean_fields)  # type: ignore[misc]

    def _or_refused(self, clean: Any) -> None:
        try:
            clean()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            self.add_error(None, _refusal(error))  # type: ignore[attr-defined]


def _life_seconds() -> int:
    """Return how long a code is accepted: its own period, and those around it for clocks that are off."""
    return app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)


def _refusal(error: Exception) -> ValidationError:
    refusal: ValidationError = get_mfa_adapter().validation_error("incorrect_code")
    refusal.__cause__ = error
    return refusal


class AddPasskeyForm(CredentialIsRead, passkey_forms.AddWebAuthnForm):
    pass


class AuthenticatePasskeyForm(CredentialIsRead, passkey_forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(CredentialIsRead, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(CredentialIsRead, passkey_forms.LoginWebAuthnForm):
    pass
