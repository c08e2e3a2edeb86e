"""Where the mail server reports bounces and complaints."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from monitoring.alerts import bounces
from monitoring.alerts.channels import signing

LONGEST_BYTES = 64 * 1024


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest) -> HttpResponse:
    """Take one signed report. 204; 400 for a signature that does not fit or a body that is no report."""
    if not settings.MAIL_EVENT_SECRETS:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LONGEST_BYTES:
        return _refused("too long for a report", status=413)
    try:
        bounces.receive(request.body, given=_given(request), now=timezone.now())
    except (signing.BadSignature, bounces.Malformed) as error:
        return _refused(str(error), status=400)
    return HttpResponse(status=204)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _refused(why: str, *, status: int) -> HttpResponse:
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain; charset=utf-8")
