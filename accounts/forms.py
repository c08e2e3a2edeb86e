"""The forms of the account pages: our own, and django-allauth's where a password is chosen, with one line of help."""

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Scope

LIFETIMES = ((30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("Never")))


class ApiKeyForm(forms.Form):
    """A new API key. `may_write` comes from the plan: without it only reading keys are offered."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Where the key is used, so that you know what stops when you revoke it."),
    )
    scope = forms.ChoiceField(label=_("May"), choices=Scope.choices, initial=Scope.READ)
    days = forms.TypedChoiceField(label=_("Expires after"), choices=LIFETIMES, coerce=int, initial=365)

    def __init__(self, *args: object, may_write: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not may_write:
            self.fields["scope"].choices = [(Scope.READ.value, Scope.READ.label)]  # type: ignore[attr-defined]
            self.fields["scope"].help_text = _("Writing by API comes with Professional.")

    def expires_at(self, *, now: datetime) -> datetime | None:
        days = self.cleaned_data["days"]
        return now + timedelta(days=days) if days else None


def _time_zones() -> list[tuple[str, str]]:
    """Return the places of the time zone database, UTC first; not its historical short names."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_time_zones, help_text=_("Same-day alerts and digests keep to it.")
    )

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(initial={"name": organization.name, "time_zone": organization.time_zone})


def password_help() -> str:
    """Return in one line what a new password must be."""
    lengths = [
        rule.min_length for rule in get_default_password_validators() if isinstance(rule, MinimumLengthValidator)
    ]
    return _("At least %(count)d characters; none of the commonly used ones.") % {"count": max(lengths, default=8)}


class SignupForm(allauth_forms.SignupForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_help()


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_help()


class SetPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_help()


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_help()
