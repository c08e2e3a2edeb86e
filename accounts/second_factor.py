"""The forms of the second factor: allauth's, where a code works once over its whole life and bad input is no crash."""

import json
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkey_forms
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse


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
    """What a browser sends as a credential is anyone's JSON: what cannot be read is a bad request, not a server error."""

    answer: type[AuthenticationResponse | RegistrationResponse] = AuthenticationResponse
    data: Mapping[str, str]

    def full_clean(self) -> None:
        """Raises BadRequest. A credential that is read and wrong is an error of the form, as allauth has it."""
        try:
            self.answer.from_dict(json.loads(self.data.get("credential") or "null"))
            super().full_clean()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise BadRequest("credential: this is no answer of a passkey") from error


def _life_seconds() -> int:
    """Return how long a code is accepted: its own period, and those around it for clocks that are off."""
    return app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)


class AddPasskeyForm(CredentialIsRead, passkey_forms.AddWebAuthnForm):
    answer = RegistrationResponse

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["name"].help_text = _("So that you know later which key it is.")
        self.fields["passwordless"].label = _("Sign in with this key alone")
        self.fields["passwordless"].help_text = _(
            "Without your password: the key then asks for a PIN, a fingerprint or your face."
        )


class AuthenticatePasskeyForm(CredentialIsRead, passkey_forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(CredentialIsRead, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(CredentialIsRead, passkey_forms.LoginWebAuthnForm):
    pass
