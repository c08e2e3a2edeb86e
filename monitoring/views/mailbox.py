"""The local mailbox: what would have been sent, on a laptop and in the demo. Elsewhere there is no such page."""

from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring.alerts import mailbox

MAILS_SHOWN = 100


def is_open() -> bool:
    """Return whether mails stay here: no mail server is set, and this is not production."""
    return not settings.PRODUCTION and not settings.EMAIL_HOST


def _local_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_open():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_local_only
def mails(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/mailbox.html", {"mails": list(islice(mailbox.mails(), MAILS_SHOWN))})


@require_safe
@_local_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail; its HTML stands in a frame that may run nothing and reach nothing."""
    found = mailbox.mail(name)
    if found is None:
        raise Http404
    return render(request, "monitoring/mail.html", {"mail": found})
