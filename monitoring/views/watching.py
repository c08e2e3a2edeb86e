"""One watch: made with its kind and its words, tried on the past before it is kept, and changed later."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.access import MemberRequest, may
from accounts.models import Organization
from accounts.permissions import Permission
from billing import entitlements
from billing.plans import WatchKind
from monitoring import knowledge, watch_rules, watches, watchlists
from monitoring.alerts import rehearsal
from monitoring.knowledge import ProvisionType
from monitoring.models import Change, Channel, Document, Platform, Significance, Watch
from monitoring.views.watchlist import MINIMUMS, add, own

BACK = timedelta(days=365)
CHANGES_SHOWN = 10
DIRECTIONS = (("", gettext_lazy("whichever way it moved")), *Watch.Direction.choices)
# The kinds that have a page of their own; whole platforms are added on the watchlist itself.
KINDS = (Watch.Kind.DOCUMENT, Watch.Kind.PROVISION_TYPE, Watch.Kind.RULE, Watch.Kind.SEARCH)


class FiltersForm(forms.Form):
    """What every watch has: from which weight on, which direction, and who is told."""

    minimum_significance = forms.ChoiceField(label=gettext_lazy("Tell me of"), choices=MINIMUMS, required=False)
    direction = forms.ChoiceField(
        label=gettext_lazy("Only where it became"),
        choices=DIRECTIONS,
        required=False,
        help_text=gettext_lazy("For users: by stance, exceptions and numbers, as the methodology says."),
    )
    recipients = forms.ModelMultipleChoiceField(
        Channel.objects.none(),
        label=gettext_lazy("Tell only"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: everybody who is told."),
    )

    def __init__(self, *args: object, organization: Organization, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = [row.pk for row in watches.channels_offered(organization)]
        rows = Channel.objects.for_organization(organization).filter(pk__in=offered)
        self.fields["recipients"].queryset = rows  # type: ignore[attr-defined]
        if len(offered) < 2:
            del self.fields["recipients"]

    def clean_minimum_significance(self) -> str:
        return self.cleaned_data["minimum_significance"] or Significance.SUBSTANTIVE


class ListenForm(FiltersForm):
    """A new watch of one of KINDS: where, and for what."""

    platform = forms.ModelChoiceField(
        Platform.objects.current(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("Where"),
        empty_label=gettext_lazy("Everywhere you watch"),
    )
    document = forms.ModelChoiceField(
        Document.objects.current().select_related("platform").order_by("platform__name", "name"),
        label=gettext_lazy("Document"),
        empty_label=gettext_lazy("Choose a document"),
    )
    term = forms.CharField(max_length=watch_rules.LONGEST)
    field_order = ("platform", "document", "term", "minimum_significance", "direction", "recipients")

    def __init__(self, *args: object, kind: Watch.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == Watch.Kind.DOCUMENT:
            del self.fields["platform"], self.fields["term"]
            return
        del self.fields["document"]
        self.fields["term"].label = kind.label.capitalize()
        if kind == Watch.Kind.PROVISION_TYPE:
            self.fields["term"] = forms.ChoiceField(label=_("Provision type"), choices=_types())
        if kind == Watch.Kind.RULE:
            self.fields["term"].help_text = _("Such as: data_retention days above 30")

    def clean_term(self) -> str:
        try:
            return watchlists.written_out(self.kind, self.cleaned_data["term"])
        except watchlists.TermRefused as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        wanted = super().clean() or {}
        if document := wanted.get("document"):
            wanted["platform"] = document.platform
        return wanted


def _types() -> list[tuple[str, Any]]:
    """Return the provision types by their groups, for a select."""
    taxonomy = knowledge.taxonomy()
    offered = [
        (name, [(row.key, row.name) for row in taxonomy.types.values() if row.group == key])
        for key, name in taxonomy.groups
    ]
    return [("", _("Choose a provision type")), *offered]


@require_http_methods(["GET", "HEAD", "POST"])
@may(Permission.WATCH)
def listen(request: MemberRequest, kind: str) -> HttpResponse:
    """Offer a watch of `kind`. A GET with the form's words tries them on the past twelve months; a POST keeps them."""
    if kind not in KINDS:
        raise Http404
    form = ListenForm(
        _data(request), kind=Watch.Kind(kind), organization=request.organization, initial=_initial(request)
    )
    if request.method == "POST" and form.is_valid():
        return _keep(request, form)
    return _listen_page(request, form, status=400 if request.method == "POST" else 200)


def _data(request: MemberRequest) -> Any:
    """Return what the form is filled with: `more` is the number that ends a sentence of the builder."""
    if request.method == "POST":
        return request.POST
    if "term" not in request.GET:
        return None
    given = request.GET.copy()
    given["term"] = f"{given['term']} {given.get('more', '')}".strip()
    return given


def _initial(request: MemberRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("platform", "document") if name in request.GET}


def _keep(request: MemberRequest, form: ListenForm) -> HttpResponse:
    wanted, now = dict(form.cleaned_data), timezone.now()
    recipients = list(wanted.pop("recipients", ()))
    try:
        watch = add(request, kind=form.kind, now=now, **wanted)
    except entitlements.PlanRefusal as refusal:
        return _listen_page(request, form, refusal=refusal, status=403)
    if recipients:
        watches.change(
            watch, minimum_significance=watch.minimum_significance, direction=watch.direction, recipients=recipients,
            now=now, actor=audit.actor_of(request),
        )  # fmt: skip
    messages.success(request, _("%(name)s is on your watchlist.") % {"name": watch})
    return redirect("monitoring:watchlist")


def _listen_page(
    request: MemberRequest, form: ListenForm, *, refusal: entitlements.PlanRefusal | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    if refusal is None:
        refusal = _refusal(request.organization, form.kind, now)
    context = {
        "form": form,
        "kind": form.kind,
        "kinds": KINDS,
        "refusal": refusal,
        "row": _type_chosen(request) if form.kind == Watch.Kind.RULE else None,
        "types": _types() if form.kind == Watch.Kind.RULE else (),
        "tried": None,
    }
    if form.kind != Watch.Kind.DOCUMENT and form.is_bound and form.is_valid() and refusal is None:
        context |= _tried(request.organization, form, now)
    if row := context["row"]:
        context |= _builder(row)  # type: ignore[arg-type]
    return render(request, "monitoring/listen.html", context, status=status)


def _refusal(organization: Organization, kind: str, now: datetime) -> entitlements.PlanRefusal | None:
    try:
        entitlements.check_watch_kind(organization, WatchKind(kind), now=now)
    except entitlements.PlanRefusal as refusal:
        return refusal
    return None


def _type_chosen(request: MemberRequest) -> ProvisionType | None:
    return knowledge.taxonomy().types.get(request.GET.get("type", ""))


def _builder(row: ProvisionType) -> dict[str, object]:
    """Return what the form offers for a type: its sentences, and the parameters that are compared with a value."""
    whole = len(watch_rules.FATES) + len(watch_rules.DIRECTIONS)
    sentences = watch_rules.sentences(row)
    return {"sentences": sentences[:whole], "further": sentences[whole:], "comparisons": _comparisons(row)}


def _comparisons(row: ProvisionType) -> list[str]:
    """Return the beginnings of sentences that end in a number of one's own: "data_retention retention_days above"."""
    return [
        f"{row.key} {name} {comparison}"
        for name, kind in row.parameters
        if "above" in watch_rules.COMPARISONS[kind]
        for comparison in ("above", "below")
    ]


def _tried(organization: Organization, form: ListenForm, now: datetime) -> dict[str, object]:
    """Return what the watch would have told of within twelve months: on its platform, or on all that is watched."""
    wanted = form.cleaned_data
    watch = Watch(
        kind=form.kind, platform=wanted["platform"], term=wanted["term"], direction=wanted["direction"],
        minimum_significance=wanted["minimum_significance"],
    )  # fmt: skip
    documents, is_all = _documents(organization, wanted["platform"], now)
    found = rehearsal.would_have_told(watch, documents=documents, since=now - BACK)
    return {"tried": found[:CHANGES_SHOWN], "tried_count": len(found), "tried_on_all": is_all, "watch": watch}


def _documents(organization: Organization, platform: Platform | None, now: datetime) -> tuple[QuerySet[Document], bool]:
    """Return the documents to try a watch on, and whether they are all of the catalog: where nothing is watched yet."""
    if platform is not None:
        return Document.objects.current().filter(platform=platform), False
    own = watchlists.documents_watched(organization=organization, now=now)
    return (own, False) if own.exists() else (Document.objects.current(), True)


@require_http_methods(["GET", "HEAD", "POST"])
@may(Permission.WATCH)
def one(request: MemberRequest, watch_id: int) -> HttpResponse:
    """Show one watch with what it told of within twelve months; a POST changes its filters and who is told."""
    watch = own(request, watch_id)
    told = [row.channel_id for row in watch.recipients.all()]
    initial = {
        "minimum_significance": watch.minimum_significance,
        "direction": watch.direction,
        "recipients": told,
    }
    form = FiltersForm(
        request.POST if request.method == "POST" else None, organization=request.organization, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        wanted = {"recipients": Channel.objects.none(), **form.cleaned_data}
        watches.change(watch, **wanted, now=timezone.now(), actor=audit.actor_of(request))
        messages.success(request, _("Saved for %(name)s.") % {"name": watch})
        return redirect("monitoring:watchlist")
    now = timezone.now()
    context = {
        "watch": watch,
        "form": form,
        "is_snoozed": watch.snoozed_until is not None and watch.snoozed_until > now,
        "told": _told(watch, now),
    }
    return render(request, "monitoring/watch.html", context, status=400 if request.method == "POST" else 200)


def _told(watch: Watch, now: datetime) -> QuerySet[Change]:
    """Return the Changes that the watch has told of within twelve months, newest first."""
    rows = Change.objects.with_document().filter(alerts__watch=watch, observed_at__gte=now - BACK)
    return rows[:CHANGES_SHOWN]
