"""What people ask for, for operators: what is wanted most, why, and the answer, which goes out by mail."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from monitoring import requests
from monitoring.models import Platform, Request
from monitoring.views.review.access import OperatorRequest, operators_only, page

ANSWERED_SHOWN = 50


class AnswerForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("Answer"), choices=Request.State.choices[1:])
    reason = forms.CharField(label=gettext_lazy("Reason or remark, for everybody"), max_length=500, required=False)
    platform = forms.ModelChoiceField(
        Platform.objects.current(), to_field_name="slug", label=gettext_lazy("Added as"), required=False,
        empty_label=gettext_lazy("not added"),
    )  # fmt: skip


@require_safe
@operators_only
def queue(request: OperatorRequest) -> HttpResponse:
    answered = Request.objects.exclude(state=Request.State.ASKED).select_related("answered_by", "platform")
    context = {
        "unanswered": requests.waiting(),
        "platforms": Platform.objects.current(),
        "states": Request.State.choices[1:],
        "answered": answered.order_by("-answered_at")[:ANSWERED_SHOWN],
        "hidden": Request.objects.exclude(hidden_at=None)[:ANSWERED_SHOWN],
    }
    return page(request, "requests", context)


@require_POST
@operators_only
def answer(request: OperatorRequest, request_id: int) -> HttpResponse:
    """Answer a request, or take it off the public page and put it back."""
    row = get_object_or_404(Request, pk=request_id)
    now = timezone.now()
    if request.POST.get("hide") in ("yes", "no"):
        requests.set_hidden(request=row, is_hidden=request.POST["hide"] == "yes", now=now)
        return redirect("monitoring:review_requests")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an answer, and a platform of the catalog where one was added."))
        return redirect("monitoring:review_requests")
    given = form.cleaned_data
    try:
        requests.answer(
            request=row, state=Request.State(given["state"]), reason=given["reason"], platform=given["platform"],
            operator=request.user, now=now,
        )  # fmt: skip
    except requests.RequestRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Answered. Who voted for it is told by mail."))
    return redirect("monitoring:review_requests")
