"""The local mailbox: what would have been sent, on a laptop and in the demo. Elsewhere there is no such page."""

from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from monitoring.alerts import mailbox

MAILS_SHOWN = 100
# Mails carry their styles with them, as mail programs want it. They run nothing, load nothing, and send no form.
OF_A_MAIL = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
}


def is_open() -> bool:
    """Return whether mails stay here: no mail server is set, and this is not production."""
    return not settings.PRODUCTION and not settings.EMAIL_HOST


def _local_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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


@require_safe
@_local_only
@xframe_options_sameorigin
@csp(OF_A_MAIL)  # type: ignore[arg-type]
def html(request: HttpRequest, name: str) -> HttpResponse:
    """Return the HTML of one mail, for the frame of `mail`: it comes from outside our templates' rules."""
    found = mailbox.mail(name)
    if found is None or not found.html:
        raise Http404
    return HttpResponse(found.html)
