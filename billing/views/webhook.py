"""Where Stripe rings: the body is kept, the answer is quick, the work is a task's."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import gateway, tasks, webhooks

LONGEST_BYTES = 512 * 1024


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Keep a signed event and say so; one that is known is answered alike. Anything else is a 400."""
    if settings.BILLING != "stripe":
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LONGEST_BYTES:
        return HttpResponse("too long for an event\n", status=413, content_type="text/plain")
    try:
        row = webhooks.receive(request.body, request.headers.get("Stripe-Signature"), now=timezone.now())
    except gateway.BadSignature as error:
        return HttpResponse(f"{error}\n", status=400, content_type="text/plain")
    if row:
        transaction.on_commit(partial(tasks.apply_event.delay, event_id=row.pk))
    return HttpResponse(status=204)
