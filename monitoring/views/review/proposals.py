"""Proposals: what was seen that the catalog does not say, with what to write there, to accept or to dismiss."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from monitoring.models import HubVisit, Proposal
from monitoring.proposals import decisions
from monitoring.views.changes import pages
from monitoring.views.review.access import OperatorRequest, operators_only, page

PAGE = 40
DECIDED_SHOWN = 30


@require_safe
@operators_only
def proposals(request: OperatorRequest) -> HttpResponse:
    rows = Proposal.objects.with_document()
    opened = rows.open().order_by("-is_news", "platform__name", "kind", "-created_at", "id")
    shown = Paginator(opened, PAGE).get_page(request.GET.get("page"))
    context = {
        "proposals": [(row, decisions.snippet(row)) for row in shown],
        **pages(request, shown),
        "decided": rows.exclude(closed_at=None).select_related("closed_by").order_by("-closed_at")[:DECIDED_SHOWN],
        "unread": HubVisit.objects.exclude(reason="").select_related("platform").order_by("platform__name"),
    }
    return page(request, "proposals", context)


@require_POST
@operators_only
def decide(request: OperatorRequest, proposal_id: int) -> HttpResponse:
    """Accept or dismiss; dismissing needs a reason."""
    proposal = get_object_or_404(Proposal, pk=proposal_id)
    note = request.POST.get("note", "").strip()[:500]
    accepts = request.POST.get("decision") == "accept"
    if not accepts and not note:
        messages.error(request, _("Say why this is nothing to read."))
        return redirect("monitoring:review_proposals")
    operation = decisions.accept if accepts else decisions.dismiss
    try:
        operation(proposal=proposal, operator=request.user, note=note, now=timezone.now())
    except decisions.ProposalClosed as error:
        messages.error(request, str(error))
    else:
        said = _("Accepted: write the entry into the declaration file.") if accepts else _("Dismissed.")
        messages.success(request, said)
    return redirect("monitoring:review_proposals")
