"""Corrections that wait for an operator: what a reader finds wrong, beside the reading and its words."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from monitoring import corrections as operations
from monitoring import provisions
from monitoring.models import Correction
from monitoring.views.review.access import OperatorRequest, operators_only, page

SHOWN = 30


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(choices=Correction.Outcome.choices)
    answer = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It is published, so name nobody."),
    )  # fmt: skip


@require_safe
@operators_only
def corrections(request: OperatorRequest) -> HttpResponse:
    rows = list(Correction.objects.waiting().with_reading()[:SHOWN])
    words = provisions.excerpts([row.revision for row in rows])
    shown = [(row, words.get(row.revision_id), AnswerForm(auto_id=f"c{row.pk}_%s")) for row in rows]
    return page(request, "corrections", {"shown": shown, "decided": Correction.objects.decided().count()})


@require_POST
@operators_only
def decide(request: OperatorRequest, correction_id: int) -> HttpResponse:
    correction = get_object_or_404(Correction, pk=correction_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an outcome and say why."))
        return redirect("monitoring:review_corrections")
    outcome, answer = Correction.Outcome(form.cleaned_data["outcome"]), form.cleaned_data["answer"]
    try:
        operations.decide(
            correction=correction, outcome=outcome, answer=answer, operator=request.user, now=timezone.now()
        )
    except operations.CorrectionDecided as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided. It stands in the public log."))
    return redirect("monitoring:review_corrections")
