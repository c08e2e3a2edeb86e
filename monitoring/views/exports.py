"""A change to take away: the evidence packet, and the redline as one file for whoever has no account."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import MemberRequest
from billing.plans import Feature
from monitoring import provisions, redline
from monitoring.archive import blobs
from monitoring.exports import packet as packets
from monitoring.models import Change
from monitoring.views.reviewing import with_feature


@require_safe
@with_feature(
    Feature.EVIDENCE_PACKET,
    name=gettext_lazy("Evidence packet"),
    what=gettext_lazy("The captures, texts and hash chain of a change in one file that anyone can check offline."),
)
def packet(request: MemberRequest, change_id: int) -> HttpResponse:
    change = get_object_or_404(Change.objects.with_versions(), pk=change_id)
    now = timezone.now()
    try:
        body = packets.packet(change, now=now)
    except blobs.BlobError as error:
        return render(request, "monitoring/packet_incomplete.html", {"change": change, "error": error}, status=503)
    audit.record(
        organization=request.organization, verb="packet.exported", target=change, actor=audit.actor_of(request), now=now
    )
    return _attached(HttpResponse(body, content_type="application/zip"), f"{packets.name_of(change)}.zip")


@require_safe
@with_feature(
    Feature.REDLINE,
    name=gettext_lazy("Redline"),
    what=gettext_lazy("The words of a change, marked, as one page to send to counsel or to open in a word processor."),
)
def redlined(request: MemberRequest, change_id: int) -> HttpResponse:
    change = get_object_or_404(Change.objects.with_versions(), pk=change_id)
    marked = [edit for edit in redline.of(change) if not edit.is_quiet]
    context = {"change": change, "document": change.document, "edits": marked, "touched": provisions.touched(change)}
    page = render(request, "exports/redline.html", context)
    return _attached(page, f"{packets.name_of(change)}-redline.html")


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
