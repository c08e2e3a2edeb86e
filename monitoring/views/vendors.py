"""A list of vendors brought in: what the catalog has is shown to be ticked, what it has not can be asked for."""

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, may
from accounts.permissions import Permission
from billing import entitlements
from monitoring import vendors
from monitoring.models import Platform, Significance, Watch
from monitoring.views.watchlist import MINIMUMS, add


class VendorsForm(forms.Form):
    """A list as text or as a file; one of them is enough."""

    names = forms.CharField(
        label=gettext_lazy("Names or domains"),
        required=False,
        max_length=vendors.LARGEST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, or CSV: the first cell of a row that fits counts."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean(self) -> dict[str, str]:
        given = super().clean() or {}
        upload: UploadedFile | None = given.get("file")
        text = given.get("names", "")
        if upload is not None:
            if (upload.size or 0) > vendors.LARGEST_BYTES:
                raise forms.ValidationError(_("The file is too large: cut it in parts of up to 200 kB."))
            text = f"{text}\n{vendors.decoded(upload.read())}"
        if not text.strip():
            raise forms.ValidationError(_("Write names or domains, or choose a file."))
        return {"text": text.strip()}


@require_http_methods(["GET", "HEAD", "POST"])
@may(Permission.WATCH)
def bring_in(request: MemberRequest) -> HttpResponse:
    """Take a list and show what fits; the second POST watches the platforms that are ticked, as far as the plan goes."""
    if request.method == "POST" and "platform" in request.POST:
        return _watch(request)
    if request.method != "POST":
        return render(request, "monitoring/vendors.html", {"form": VendorsForm()})
    form = VendorsForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "monitoring/vendors.html", {"form": form}, status=400)
    try:
        found = vendors.match(form.cleaned_data["text"])
    except vendors.ListRefused as refused:
        form.add_error(None, str(refused))
        return render(request, "monitoring/vendors.html", {"form": form}, status=400)
    context = {"form": form, "found": found, "watched": _watched(request), "minimums": MINIMUMS}
    return render(request, "monitoring/vendors.html", context)


def _watched(request: MemberRequest) -> set[int]:
    """Return the platforms that are watched as a whole already."""
    rows = Watch.objects.for_organization(request.organization).filter(kind=Watch.Kind.PLATFORM)
    return set(rows.values_list("platform_id", flat=True))


def _watch(request: MemberRequest) -> HttpResponse:
    minimum = request.POST.get("minimum_significance", "")
    minimum = minimum if minimum in Significance.values[:3] else Significance.SUBSTANTIVE.value
    added, now = 0, timezone.now()
    known = _watched(request)
    wanted = Platform.objects.current().filter(slug__in=request.POST.getlist("platform")[: vendors.MOST_ROWS])
    for platform in wanted.exclude(pk__in=known).order_by("name"):
        try:
            add(request, platform=platform, minimum_significance=minimum, now=now)
        except entitlements.PlanRefusal as refusal:
            messages.warning(
                request, _("%(name)s and what follows was left out: %(why)s") % {"name": platform, "why": refusal}
            )
            break
        added += 1
    said = ngettext("%(number)d platform was added.", "%(number)d platforms were added.", added)
    messages.success(request, said % {"number": added})
    return redirect("monitoring:watchlist")
