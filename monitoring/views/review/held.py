"""Held texts: the queue, and one text beside the version that stands, to publish or to go on holding."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from monitoring import held as operations
from monitoring import redline
from monitoring.models import Decision, Document
from monitoring.views.review.access import OperatorRequest, operators_only, page

EDITS_SHOWN = 10
EDITS_FOLDED = 90
CHARS_SHOWN = 900


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=Decision.Outcome.choices)
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@require_safe
@operators_only
def queue(request: OperatorRequest) -> HttpResponse:
    return page(request, "held", {"queue": operations.queue()})


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def text(request: OperatorRequest, document_id: int) -> HttpResponse:
    """Show one held text; a POST decides on the very text that was shown."""
    document = get_object_or_404(Document.objects.with_platform(), pk=document_id)
    held = operations.of(document)
    if held is None:
        if request.method == "POST":
            messages.info(request, _("This text is held no longer."))
            return redirect("monitoring:review_held")
        raise Http404
    comparison = operations.compare(held)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decide(request, held, comparison, form):
        return redirect("monitoring:review_held")
    context = {
        "held": held,
        "document": document,
        "comparison": comparison,
        "digest": comparison.digest.hex(),
        "beginning": _beginning(comparison.text),
        "edits": comparison.edits[:EDITS_SHOWN],
        "folded": comparison.edits[EDITS_SHOWN : EDITS_SHOWN + EDITS_FOLDED],
        "more": max(len(comparison.edits) - EDITS_SHOWN, 0),
        "sources": document.sources.current(),
        "form": form,
    }
    return page(request, "held_text", context, status=400 if form.errors else 200)


def _beginning(text: str) -> str:
    """Return how a text begins, without the signs of Markdown and without empty lines."""
    cut = text[:CHARS_SHOWN] + ("…" if len(text) > CHARS_SHOWN else "")
    plain = "".join(piece.text for piece in redline.readable([redline.Piece("same", cut)]))
    return "\n".join(line for line in plain.splitlines() if line.strip())


def _decide(
    request: OperatorRequest, held: operations.Held, comparison: operations.Comparison, form: DecisionForm
) -> bool:
    """Record the decision and say what follows; on failure say why on the form."""
    if form.cleaned_data["digest"] != comparison.digest.hex():
        form.add_error(None, _("Another text is held by now: look at it before you decide."))
        return False
    outcome = Decision.Outcome(form.cleaned_data["outcome"])
    try:
        operations.decide(
            held=held,
            outcome=outcome,
            note=form.cleaned_data["note"],
            operator=request.user,
            now=timezone.now(),
            digest=comparison.digest,
        )
    except operations.DecisionError as error:
        form.add_error(None, str(error))
        return False
    said = {
        Decision.Outcome.PUBLISH: _("It is published at the next look, which is due now, if it is still served."),
        Decision.Outcome.HOLD: _("It is held on; the note stands beside it."),
    }
    messages.success(request, said[outcome])
    return True
