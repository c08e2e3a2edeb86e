"""Requests: what people ask the catalog for. The second one who asks for the same votes for it; an answer is told by mail.

The queue is public, who voted is not: votes belong to organizations, and only their number is shown.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import transaction

from accounts import audit, mail, organizations, rls
from accounts.models import Organization, User
from monitoring.discovery import addresses
from monitoring.models import Document, Platform, Request, Source, Vote
from monitoring.models.requests import RequestQuerySet

A_DAY = 10  # requests and votes of one organization within 24 hours
LONGEST_KEY = 600
SEND_AT_ONCE = 50
ATTEMPTS = 8
log = logging.getLogger(__name__)


class RequestRefused(Exception):
    """Raised where something cannot be asked for or answered so; the message is for the person who tried."""


class TooManyRequests(RequestRefused):
    """Raised when an organization has asked and voted A_DAY times within a day."""


class InCatalog(RequestRefused):
    """Raised when the catalog has it already: `found` is the Platform or Document."""

    def __init__(self, found: Platform | Document) -> None:
        super().__init__(f"{found} is in the catalog already.")
        self.found = found


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: the request, and whether it is new or somebody had asked before."""

    request: Request
    is_new: bool


def key_of(kind: Request.Kind, address: str) -> str:
    """Return what makes two requests the same: the site of a platform, the normalised address of a document.

    Raises RequestRefused for what is no address of the public web.
    """
    url = address if "://" in address else f"https://{address}"
    site = addresses.site(url)
    host = site.rpartition(":")[0] or site
    is_public = "." in host and not host.replace(".", "").isdigit() and not host.startswith("[")
    if not is_public or re.search(r"\s", host) or "@" in url.partition("://")[2].partition("/")[0]:
        raise RequestRefused("Write the address of a page on the public web, such as https://example.com/terms.")
    key = site if kind == Request.Kind.PLATFORM else addresses.normalised(url)
    if len(key) > LONGEST_KEY:
        raise RequestRefused(
            f"This address is too long: written out it has {len(key)} characters, {LONGEST_KEY} at most."
        )
    return key


def ask(
    *,
    organization: Organization,
    user: User | None,
    kind: Request.Kind,
    name: str,
    address: str,
    why: str,
    now: datetime,
    actor: audit.Actor,
) -> Asked:
    """Ask for a platform or document; where somebody asked for it before, vote for that.

    Whoever is no `user` any more is told of no answer. Raises InCatalog, TooManyRequests (counted under a lock),
    RequestRefused for an address that is none.
    """
    key = key_of(kind, address)
    if found := _in_catalog(kind, name=name, key=key):
        raise InCatalog(found)
    with transaction.atomic():
        locked = _room(organization, now=now)
        row, is_new = Request.objects.get_or_create(
            kind=kind, key=key, defaults={"name": name, "address": address, "why": why, "created_at": now}
        )
        _vote(locked, row, user, verb="request.asked" if is_new else "request.voted", now=now, actor=actor)
    return Asked(row, is_new)


def vote(*, organization: Organization, request: Request, user: User | None, now: datetime, actor: audit.Actor) -> bool:
    """Say that this organization wants it too; return False when it had said so. Raises TooManyRequests."""
    with transaction.atomic():
        return _vote(_room(organization, now=now), request, user, verb="request.voted", now=now, actor=actor)


def queue(states: Iterable[str], *, start: int, limit: int) -> list[Request]:
    """Return the public queue from `start` on, the most wanted first; each with its number of `wanted` votes."""
    with rls.as_worker():  # votes belong to organizations; their number belongs to everybody
        return list(_counted(Request.objects.shown().filter(state__in=states))[start : start + limit])


def waiting() -> list[Request]:
    """Return what no operator has answered yet, the most wanted first; each with its number of `wanted` votes."""
    with rls.as_worker():
        return list(_counted(Request.objects.waiting()))


def voted(organization: Organization) -> set[int]:
    """Return the numbers of the requests that the organization has voted for."""
    return set(Vote.objects.for_organization(organization).values_list("request_id", flat=True))


def answer(
    *, request: Request, state: Request.State, reason: str, platform: Platform | None, operator: Any, now: datetime
) -> None:
    """Answer as planned, added or declined; whoever voted is told by mail. A later answer takes the place of this one.

    Raises RequestRefused for declining without a reason, or adding without the platform that was added.
    """
    if state == Request.State.ASKED:
        raise RequestRefused("An answer is planned, added or declined.")
    if state == Request.State.DECLINED and not reason:
        raise RequestRefused("Say why: the reason stands on the page and in the mail.")
    if state == Request.State.ADDED and platform is None:
        raise RequestRefused("Name the platform that was added: the page and the mail lead to it.")
    Request.objects.filter(pk=request.pk).update(
        state=state, reason=reason, platform=platform, answered_by=operator, answered_at=now
    )


def set_hidden(*, request: Request, is_hidden: bool, now: datetime) -> None:
    """Take a request off the public queue (spam, abuse), or put it back. Nobody is told."""
    Request.objects.filter(pk=request.pk).update(hidden_at=now if is_hidden else None)


def send_answers(*, now: datetime) -> int:
    """Send the mails that answers call for; return how many went out. Each vote is claimed, so two runs send one."""
    sent = 0
    for _ in range(SEND_AT_ONCE):
        with transaction.atomic():
            rows = (
                Vote.objects.untold(now).filter(attempts__lt=ATTEMPTS).select_for_update(skip_locked=True, of=("self",))
            )
            row = rows.select_related("request__platform", "organization", "user").order_by("attempts", "id").first()
            if row is None:
                return sent
            sent += _tell(row, now=now)
    return sent


def _tell(row: Vote, *, now: datetime) -> int:
    """Send one answer; a mail server that refuses is recorded on the row, and tried again after 1, 2, 4 … minutes."""
    told = {"told_as": row.request.state, "told_at": now, "attempts": 0, "retry_at": None, "error": ""}
    address = _address(row)
    if address is None:
        Vote.objects.filter(pk=row.pk).update(**told | {"told_at": None})
        return 0
    context = {"wish": row.request, "organization": row.organization}
    try:
        get_connection().send_messages([mail.message("request_answered", to=[address], context=context)])
    except Exception as error:  # a mail that cannot be written keeps no other waiting
        log.warning("the answer to vote %s was not sent: %s", row.pk, error, exc_info=True)
        retry_at = now + timedelta(minutes=2**row.attempts)
        Vote.objects.filter(pk=row.pk).update(attempts=row.attempts + 1, retry_at=retry_at, error=str(error)[:200])
        return 0
    Vote.objects.filter(pk=row.pk).update(**told)
    return 1


def _address(row: Vote) -> str | None:
    """Return where the person who voted is told; None for one who is gone or has left the organization."""
    user = row.user
    if user is None or not user.is_active or not row.organization.memberships.filter(user=user).exists():
        return None
    return user.email


def _in_catalog(kind: Request.Kind, *, name: str, key: str) -> Platform | Document | None:
    """Return what the catalog has under this name or address, None when it has nothing."""
    if kind == Request.Kind.DOCUMENT:
        host, slash, path = key.partition("?")[0].partition("/")
        rows = (
            Source.objects.current().filter(url__icontains=f"{host}{slash}{path}").select_related("document__platform")
        )
        return next((row.document for row in rows if addresses.normalised(row.url) == key), None)
    platforms = Platform.objects.current()
    if found := platforms.filter(name__iexact=name).first():
        return found
    near = platforms.filter(home_page__icontains=key)
    return next((row for row in near if addresses.site(row.home_page) == key), None)


def _room(organization: Organization, *, now: datetime) -> Organization:
    """Return the organization, locked, if it may ask or vote once more today. Raises TooManyRequests."""
    locked = organizations.locked(organization)
    today = Vote.objects.for_organization(locked).filter(created_at__gt=now - timedelta(days=1))
    if today.count() >= A_DAY:
        raise TooManyRequests(f"{A_DAY} requests and votes a day are enough for one organization. Come back tomorrow.")
    return locked


def _vote(
    organization: Organization, request: Request, user: User | None, *, verb: str, now: datetime, actor: audit.Actor
) -> bool:
    _row, is_new = Vote.objects.get_or_create(
        organization=organization, request=request, defaults={"user": user, "created_at": now, "told_as": request.state}
    )
    if is_new:
        after = {"name": request.name, "address": request.address}
        audit.record(organization=organization, verb=verb, target=request, after=after, actor=actor, now=now)
    return is_new


def _counted(rows: RequestQuerySet) -> RequestQuerySet:
    return rows.counted().order_by("-wanted", "created_at", "id")  # type: ignore[misc]
