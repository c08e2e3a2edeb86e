"""The filters of lists: plain GET forms, whose wrong values are named and never answered with an error page."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from monitoring import search
from monitoring.catalog import terms_types
from monitoring.models import Document, Platform, Significance
from monitoring.templatetags import records


class LongSelect(forms.Select):
    """A choice among hundreds: the options are joined here, since a template for each takes as long as the whole page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = "\n".join(_options(self.choices, str(value or "")))
        # Each key and each label was escaped there.
        return format_html(
            "<select{}>{}</select>",
            flatatt(self.build_attrs({"name": name}, attrs)),
            mark_safe(options),  # noqa: S308
        )


def _options(choices: Iterable[Any], chosen: str) -> Iterator[str]:
    """Yield each choice as an option, and each group of choices with its options in it."""
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield f'<optgroup label="{escape(str(key))}">{"".join(_options(label, chosen))}</optgroup>'
        else:
            selected = " selected" if str(key) == chosen else ""
            yield f'<option value="{escape(str(key))}"{selected}>{escape(str(label))}</option>'


class Names(forms.models.ModelChoiceIterator):
    """Slugs and names as they come from the database: hundreds of rows need no objects to be listed."""

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        yield from self.queryset.values_list("slug", "name")


class PlatformField(forms.ModelChoiceField):
    iterator = Names


def platform_field() -> PlatformField:
    return PlatformField(
        Platform.objects.all(),
        to_field_name="slug",
        label=_("Platform"),
        empty_label=_("All platforms"),
        required=False,
        widget=LongSelect,
    )


class SearchFilter(forms.Form):
    q = forms.CharField(
        label=_("Words"),
        max_length=300,
        required=False,
        help_text=_("In any form and order; a phrase word for word in “quotation marks”."),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    platform = platform_field()
    terms_type = forms.ChoiceField(
        label=_("Kind of document"),
        choices=[("", _("All kinds")), *((each.key, each.name) for each in terms_types.TERMS_TYPES)],
        required=False,
        widget=LongSelect,
    )
    when = forms.ChoiceField(
        label=_("Texts"), choices=[("", _("of all times")), ("now", _("that stand today"))], required=False
    )
    since = forms.DateField(
        label=_("First seen since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    significance = forms.ChoiceField(
        label=_("Came with a change"),
        choices=[("", _("any, or none")), *Significance.choices[:3]],
        required=False,
    )

    @property
    def wanted(self) -> search.Filters:
        """What a valid form asks for."""
        since, platform = self.cleaned_data["since"], self.cleaned_data["platform"]
        return search.Filters(
            platform=platform.slug if platform else "",
            terms_type=self.cleaned_data["terms_type"],
            since=datetime.combine(since, time(), UTC) if since else None,
            significance=self.cleaned_data["significance"],
            is_standing=self.cleaned_data["when"] == "now",
        )


class PlatformFilter(forms.Form):
    q = forms.CharField(label=_("Name"), max_length=80, required=False)
    category = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, categories: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each, records.kind(each)) for each in categories]
        self.fields["category"].choices = [("", _("All kinds")), *choices]  # type: ignore[attr-defined]


class ChangeFilter(forms.Form):
    platform = platform_field()
    significance = forms.ChoiceField(
        choices=[("", _("Any")), *Significance.choices[:3]],
        label=_("Significance"),
        required=False,
    )


class TimelineFilter(forms.Form):
    platform = platform_field()
    document = forms.ModelChoiceField(
        Document.objects.none(),
        to_field_name="slug",
        label=_("Document"),
        empty_label=_("All documents"),
        required=False,
    )

    def __init__(self, *args: Any, platform: Platform | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if platform is None:
            del self.fields["document"]
        else:
            self.fields["document"].queryset = Document.objects.filter(platform=platform)  # type: ignore[attr-defined]
            self.fields["document"].label_from_instance = lambda document: document.name  # type: ignore[attr-defined]
