"""Feeds of platforms, documents, provision types and, behind a token, watchlists: Atom, JSON Feed and calendar."""

import hashlib
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, rls
from accounts.access import MemberRequest, may
from accounts.permissions import Permission
from monitoring import feeds, knowledge, syndication
from monitoring.models import Document, Platform, Watchlist

FRESH_SECONDS = 300
FORMS = {
    "atom": (syndication.atom, "application/atom+xml; charset=utf-8", ""),
    "json": (syndication.json_feed, "application/feed+json; charset=utf-8", ""),
    "calendar": (syndication.calendar, "text/calendar; charset=utf-8", "effective-dates.ics"),
}
Reader = Callable[..., feeds.Read]


def _served(cache: str) -> Callable[[Reader], Callable[..., HttpResponseBase]]:
    """Make a view of a function that returns a feed: in the form asked for, and only if the reader has not got it."""

    def decorate(reader: Reader) -> Callable[..., HttpResponseBase]:
        @require_safe
        @wraps(reader)
        def view(request: HttpRequest, form: str, **subject: str) -> HttpResponseBase:
            if form not in FORMS:
                raise Http404
            return _answer(request, reader(**subject), form, cache=cache)

        return view

    return decorate


@_served("public")
def everything() -> feeds.Read:
    return feeds.of_everything()


@_served("public")
def platform(platform_slug: str) -> feeds.Read:
    return feeds.of_platform(get_object_or_404(Platform, slug=platform_slug))


@_served("public")
def document(platform_slug: str, document_slug: str) -> feeds.Read:
    rows = Document.objects.filter(organization=None).with_platform()
    return feeds.of_document(get_object_or_404(rows, platform__slug=platform_slug, slug=document_slug))


@_served("public")
def provision_type(provision_type: str) -> feeds.Read:
    known = knowledge.taxonomy().types.get(provision_type)
    if known is None:
        raise Http404
    return feeds.of_provision_type(provision_type, known.name)


@_served("private")
def watchlist(token: str) -> feeds.Read:
    """The feed of a watchlist; a wrong token and a revoked one are a 404 alike."""
    feed = feeds.find(token)
    if feed is None:
        raise Http404
    with rls.acting_for(feed.watchlist.organization):
        return feeds.of_watchlist(feed.watchlist, now=timezone.now())


@require_POST
@may(Permission.WATCH)
@never_cache
def make(request: MemberRequest, watchlist_id: int) -> HttpResponse:
    """Make the private feed of a watchlist and show its addresses in this answer and nowhere else."""
    row = get_object_or_404(Watchlist.objects.for_organization(request.organization), pk=watchlist_id)
    token = feeds.make(row, now=timezone.now(), actor=audit.actor_of(request))
    addresses = [(form, f"{settings.SITE_URL}/feeds/watchlists/{token}/{form}/") for form in FORMS]
    return render(request, "monitoring/channels/feed.html", {"watchlist": row, "addresses": addresses})


@require_POST
@may(Permission.WATCH)
def revoke(request: MemberRequest, watchlist_id: int) -> HttpResponse:
    row = get_object_or_404(Watchlist.objects.for_organization(request.organization), pk=watchlist_id)
    if feeds.revoke(row, now=timezone.now(), actor=audit.actor_of(request)):
        messages.success(request, _("The address of the feed of “%(name)s” leads nowhere any more.") % {"name": row})
    return redirect("monitoring:channels")


def _answer(request: HttpRequest, read: feeds.Read, form: str, *, cache: str) -> HttpResponseBase:
    write, content_type, filename = FORMS[form]
    body = write(read, url=f"{settings.SITE_URL}{request.path}")
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"{cache}, max-age={FRESH_SECONDS}"
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    changed = int(read.updated_at.timestamp()) if read.updated_at else None
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, etag=etag, last_modified=changed, response=response) or response
