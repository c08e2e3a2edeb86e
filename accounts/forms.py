"""The forms of the account pages: our own, and django-allauth's where a password is chosen, with one line of help."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Membership, Organization, Role, Scope, Weekday
from accounts.permissions import GIVEN

OVERLAPS = ((0, _("At once")), (1, _("In 1 hour")), (24, _("In 24 hours")), (168, _("In 7 days")))
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


class RotateForm(forms.Form):
    """How long the old key goes on beside the new one, in hours."""

    hours = forms.TypedChoiceField(label=_("The old one ends"), choices=OVERLAPS, coerce=int, initial=24)

    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class InviteForm(forms.Form):
    """Who is asked to join, and as what. Without roles in the plan everyone joins as an analyst."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), initial=Role.ANALYST)

    def __init__(self, *args: object, has_roles: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = GIVEN if has_roles else (Role.ANALYST,)
        self.fields["role"].choices = [(role.value, role.label) for role in offered]  # type: ignore[attr-defined]
        if not has_roles:
            self.fields["role"].help_text = _("Other roles come with Professional.")


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in GIVEN])


class NewOrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.user.email


class TransferForm(forms.Form):
    """To whom the organization is offered: its other people."""

    receiver = MemberField(Membership.objects.none(), label=_("To"), empty_label=None)

    def __init__(self, *args: object, giver: Membership, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        others = giver.organization.memberships.exclude(pk=giver.pk).select_related("user").order_by("user__email")
        self.fields["receiver"].queryset = others  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """Closing asks for the short name or the address to be typed: `word`."""

    typed = forms.CharField(max_length=254)

    def __init__(self, *args: object, word: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.word = word
        self.fields["typed"].label = _("To confirm, type %(word)s") % {"word": word}
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.strip().lower() != self.word.lower():
            raise forms.ValidationError(_("That is not %(word)s.") % {"word": self.word})
        return typed


@cache
def _time_zones() -> list[tuple[str, str]]:
    """Return the places of the time zone database, UTC first; not its historical short names. Reads 600 files, once."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def _hours() -> list[tuple[int, str]]:
    return [(hour, f"{hour:02}:00") for hour in range(24)]


def _hours_or_soon() -> list[tuple[int | str, Any]]:
    return [("", _("Within an hour of being seen")), *((hour, _("At %(at)s") % {"at": at}) for hour, at in _hours())]


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    slug = forms.SlugField(
        label=_("Short name"), max_length=60, help_text=_("In addresses and files: letters, digits and hyphens.")
    )

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(initial={"name": organization.name, "slug": organization.slug})

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug.isdecimal():
            raise forms.ValidationError(_("A short name has at least one letter."))
        return slug


class HoursForm(forms.Form):
    """When an organization is told, in its own time."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_time_zones)
    digest_weekday = forms.TypedChoiceField(label=_("Weekly digest on"), choices=Weekday.choices, coerce=int)
    digest_hour = forms.TypedChoiceField(label=_("Digests at"), choices=_hours, coerce=int)
    same_day_hour = forms.TypedChoiceField(
        label=_("What is told the same day"), choices=_hours_or_soon, coerce=int, required=False, empty_value=None
    )

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(initial={name: getattr(organization, name) for name in cls.base_fields})


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


class TrailForm(forms.Form):
    """Filters of the audit trail; each may be left open."""

    verb = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Who"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, verbs: list[str], people: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        anything, anyone = ("", _("Anything")), ("", _("Anyone"))
        self.fields["verb"].choices = [anything, *((verb, audit.words(verb)) for verb in verbs)]  # type: ignore[attr-defined]
        self.fields["person"].choices = [anyone, *((str(pk), name) for pk, name in people)]  # type: ignore[attr-defined]


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
