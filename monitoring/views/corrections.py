"""Contesting a reading, and the public log of what came of it."""

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from monitoring import corrections as operations
from monitoring import provisions
from monitoring.models import Correction, Provision, Revision
from monitoring.views.changes import pages
from monitoring.views.provisions import document_or_404

PAGE = 50
RATES = {"contest": "5/h/ip"}


class ContestForm(forms.Form):
    fault = forms.ChoiceField(
        label=gettext_lazy("What is wrong"),
        choices=Correction.Fault.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=20,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Name the words of the document that show it. Operators read this; it is not published."
        ),
        error_messages={
            "required": gettext_lazy("Say why: name the words of the document that show it."),
            "min_length": gettext_lazy("Say it in at least %(limit_value)d characters: name the words that show it."),
        },
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Only if you want to hear what came of it. It is used for nothing else."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, platform_slug: str, document_slug: str, provision_type: str) -> HttpResponse:
    """Show the reading and a form; a POST writes down what the reader finds wrong, a few times an hour."""
    document = document_or_404(platform_slug, document_slug)
    provision = get_object_or_404(Provision, document=document, provision_type=provision_type)
    provision.document = document
    said = provision.revisions.with_version().exclude(fate=Revision.Fate.WITHDRAWN).newest_first().first()
    form = ContestForm(request.POST or None)
    context = {
        "provision": provision,
        "revision": said,
        "quote": provisions.quote(said) if said else None,
        "form": form,
    }
    if request.method != "POST" or said is None or not form.is_valid():
        return render(request, "monitoring/contest.html", context, status=400 if form.errors else 200)
    if not ratelimit.consume(request, app="monitoring", action="contest", config=RATES):
        form.add_error(None, _("That was much for one hour. Send the next one later; what you wrote is still below."))
        return render(request, "monitoring/contest.html", context, status=429)
    wanted = form.cleaned_data
    fault = Correction.Fault(wanted["fault"])
    operations.contest(revision=said, fault=fault, reason=wanted["reason"], email=wanted["email"], now=timezone.now())
    messages.success(request, _("Thank you. An operator reads it; what comes of it stands in the log of corrections."))
    return redirect(provision)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """List what was decided, and how much waits."""
    page = Paginator(Correction.objects.decided().with_reading(), PAGE).get_page(request.GET.get("page"))
    context = {
        "corrections": page.object_list,
        "waiting": Correction.objects.waiting().count(),
        **pages(request, page),
    }
    return render(request, "monitoring/corrections.html", context)
