"""The outbox: deliveries are claimed under a lease, handed over, and marked; a crash between is sent again with the same id.

One delivery of a channel is on its way at a time, and channels take turns: an endpoint that is slow or dead with
thousands of messages waiting delays nobody else's.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from accounts import audit, rls
from billing import entitlements
from monitoring import watchlists
from monitoring.alerts import endpoints, gathering, messages, outcomes, payloads, telling
from monitoring.alerts.channels import ChannelError, Mailer, Post, Poster, slack, webhook
from monitoring.models import Channel, Delivery, Watch

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 200
POSTS_AT_ONCE = 64
RUN_SECONDS = 60.0  # for how long one run begins new ones
MAILED = (Channel.Kind.EMAIL,)
MAILS = 64  # claimed at once: as many changes as `telling` remembers
MAILS_IN_A_ROW = 16
MAILS_AT_RISK = 4  # how many a database that crashes may have forgotten: people are no idempotent receivers
_CLAIMING = 0x0DE11  # names the lock under which claims take turns


def claim(
    *, now: datetime, limit: int = BATCH, kinds: Sequence[str] = Channel.Kind.values, in_a_row: int = 1
) -> list[Delivery]:
    """Lease the next `in_a_row` deliveries of channels of `kinds`, `limit` in all, with channel and organization.

    First the next one of every channel, then their second ones, and so on; empty when none is due. What another worker
    holds is passed over, with all that its channel waits for; the lease of a dead worker runs out after five minutes.
    """
    with transaction.atomic():
        _take_turn()
        turns = Delivery.objects.filter(channel__kind__in=kinds).channels_due(now)[:limit]
        due = Delivery.objects.due(now).filter(channel__in=list(turns)).in_turns(in_a_row=in_a_row)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=ids).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    rows = Delivery.objects.filter(pk__in=ids)
    rows = rows.select_related("channel__user", "channel__organization", "organization__subscription")
    rows = rows.prefetch_related("items").annotate(is_wanted=watchlists.still_belongs("channel__user"))
    return sorted(rows, key=lambda row: ids.index(row.pk))


def deliver_due(*, now: datetime, limit: int = 500) -> int:
    """Send what is due, up to about `limit` messages each by mail and to endpoints; return how many were sent."""
    return send_mails(now=now, limit=limit) + post_all(now=now, limit=limit)


def send_mails(*, now: datetime, limit: int = 500) -> int:
    """Send the mails that are due over one connection, up to about `limit` or for a minute; return how many were sent.

    When the mail server itself is away, one mail has found out: the others wait for the next run.
    """
    sent = tried = 0
    ends = time.monotonic() + RUN_SECONDS
    with Mailer() as mailer:
        while tried < limit and time.monotonic() < ends:
            claimed = claim(now=now, limit=MAILS, kinds=MAILED, in_a_row=MAILS_IN_A_ROW)
            if not claimed:
                break
            tried += len(claimed)
            _read_ahead(claimed, now)
            try:
                sent += _mail_all(claimed, mailer, until=ends, now=now)
            except MailServerAway:
                break
    return sent


def _read_ahead(claimed: Sequence[Delivery], now: datetime) -> None:
    try:
        telling.read_ahead(claimed, on=now.date())
    except Exception:
        log.exception("what %s mails tell could not be read together; each reads its own", len(claimed))


def _mail_all(claimed: Sequence[Delivery], mailer: Mailer, *, until: float, now: datetime) -> int:
    """Send claimed mails in order and return how many were sent; what is not tried is given back. Raises MailServerAway.

    After one that could not be sent its channel rests.
    """
    waiting = {delivery.pk: delivery for delivery in claimed}
    resting: set[int] = set()
    sent = 0
    try:
        for delivery in claimed:
            if time.monotonic() > until:
                break
            if delivery.channel_id not in resting:
                del waiting[delivery.pk]
                if _mail(delivery, mailer, is_awaited=(sent + 1) % MAILS_AT_RISK == 0, now=now):
                    sent += 1
                else:
                    resting.add(delivery.channel_id)
    finally:
        outcomes.give_back(list(waiting.values()))
    return sent


class MailServerAway(Exception):
    """Raised where going on with the next mail is of no use."""


def _mail(delivery: Delivery, mailer: Mailer, *, is_awaited: bool, now: datetime) -> bool:
    """Send one claimed mail and note what came of it; return whether it was sent. Raises MailServerAway.

    is_awaited: as `outcomes.note_sent` has it.

    A crash of our own (a template that fails on one change) is logged and counted like a refusal: the others go on.
    """
    if reason := _objection(delivery, now=now):
        outcomes.park(delivery, reason, now=now)
        return False
    began = time.monotonic()
    try:
        with rls.acting_for(delivery.organization):
            message = messages.compose(delivery, now=now)
        mailer.send(delivery.channel, message)
    except ChannelError as error:
        _failed(delivery, error, milliseconds=_since(began), now=now)
        if error.is_general:
            raise MailServerAway from error
        return False
    except Exception as error:
        log.exception("delivery %s could not be composed", delivery.pk)
        _failed(delivery, _of_our_own(error), milliseconds=_since(began), now=now)
        return False
    outcomes.note_sent(delivery, milliseconds=_since(began), status=None, now=now, is_awaited=is_awaited)
    if delivery.kind == Delivery.Kind.DIGEST and _is_weekly(delivery, now):
        gathering.open_digests([delivery.channel], now=now)
    return True


def post_all(*, now: datetime, limit: int = 500) -> int:
    """Post what is due to endpoints, many at once, until nothing is left, `limit` were begun or a minute is over."""
    sent = begun = 0
    began = time.monotonic()
    under_way: dict[Future[int], tuple[Delivery, float]] = {}
    with Poster(endpoints.fetch_settings()) as poster:
        while True:
            room = min(POSTS_AT_ONCE - len(under_way), limit - begun)
            if room > 0 and time.monotonic() - began < RUN_SECONDS:
                claimed = claim(now=now, limit=room, kinds=Channel.ENDPOINTS)
                begun += len(claimed)
                for delivery in claimed:
                    if post := _post(delivery, now=now):
                        under_way[poster.submit(post)] = delivery, time.monotonic()
            if not under_way:
                return sent
            for ended in wait(under_way, return_when=FIRST_COMPLETED).done:
                delivery, at = under_way.pop(ended)
                sent += _posted(delivery, ended, milliseconds=_since(at), now=now + timedelta(seconds=at - began))


def _post(delivery: Delivery, *, now: datetime) -> Post | None:
    """Return the request of one claimed delivery; None, with the reason noted, when there is none to make."""
    if reason := _objection(delivery, now=now):
        outcomes.park(delivery, reason, now=now)
        return None
    try:
        with rls.acting_for(delivery.organization):
            said = payloads.payload(delivery)
        if delivery.channel.kind == Channel.Kind.SLACK:
            return slack.post(delivery.channel, said)
        return webhook.post(delivery.channel, said, now=now)
    except Exception as error:
        log.exception("delivery %s could not be composed", delivery.pk)
        _failed(delivery, _of_our_own(error), milliseconds=0, now=now)
        return None


def _posted(delivery: Delivery, ended: "Future[int]", *, milliseconds: int, now: datetime) -> bool:
    try:
        status = ended.result()
    except ChannelError as error:
        _failed(delivery, error, milliseconds=milliseconds, now=now)
        return False
    except Exception as error:
        log.exception("delivery %s could not be posted", delivery.pk)
        _failed(delivery, _of_our_own(error), milliseconds=milliseconds, now=now)
        return False
    outcomes.note_sent(delivery, milliseconds=milliseconds, status=status, now=now)
    return True


def _objection(delivery: Delivery, *, now: datetime) -> str:
    """Return why a claimed delivery must not be sent; "" when it may."""
    channel = delivery.channel
    if not delivery.is_wanted:  # type: ignore[attr-defined]  # counted by `claim`
        return "the person no longer belongs to the organization"
    if delivery.attempts > outcomes.MOST_ATTEMPTS:
        return "the worker died at every attempt"
    if not endpoints.is_in_plan(channel, entitlements.plan_of(delivery.organization, now=now)):
        return "the plan does not include webhooks any more"
    if delivery.kind == Delivery.Kind.TEST and channel.is_endpoint:
        return ""
    if channel.paused_at is not None:
        return "who reads there paused all messages"
    if channel.disabled_at is not None:
        return f"the channel was disabled: {channel.get_disabled_because_display()}"
    return "" if channel.verified_at is not None else "the channel is not verified yet"


def _failed(delivery: Delivery, error: ChannelError, *, milliseconds: int, now: datetime) -> None:
    log.warning("delivery %s to %s failed: %s", delivery.pk, delivery.channel.kind, error)
    outcomes.note_failure(delivery, error, milliseconds=milliseconds, now=now)


def _of_our_own(error: Exception) -> ChannelError:
    return ChannelError(f"{type(error).__name__}: {error}")


class NotAgain(Exception):
    """Raised by `again`: this message is not sent a second time. The message is for the user."""


def again(delivery: Delivery, *, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Send a parked message, or one that was sent, once more under the same id. Raises NotAgain."""
    if delivery.kind in (Delivery.Kind.DIGEST, Delivery.Kind.TEST):
        raise NotAgain(f"A {delivery.get_kind_display()} is not sent again: it would say what has changed since.")
    with transaction.atomic():
        rows = Delivery.objects.for_organization(delivery.organization).filter(pk=delivery.pk)
        ended = rows.exclude(sent_at=None, parked_at=None)
        if not ended.update(sent_at=None, parked_at=None, due_at=now, attempts=0, error=""):
            raise NotAgain("This message is still waiting to be sent.")
        after = {"message_id": str(delivery.message_id), "channel": delivery.channel_id}
        organization = delivery.organization
        audit.record(
            organization=organization, verb="delivery.repeated", target=delivery, actor=actor, after=after, now=now
        )


def release(channel: Channel, *, now: datetime, actor: audit.Actor) -> int:
    """Send everything that is parked for the channel; return how many messages that are."""
    rows = Delivery.objects.for_organization(channel.organization).filter(channel=channel).exclude(parked_at=None)
    rows = rows.exclude(kind__in=[Delivery.Kind.DIGEST, Delivery.Kind.TEST])
    with transaction.atomic():
        number = rows.update(parked_at=None, due_at=now, attempts=0, error="")
        audit.record(
            organization=channel.organization, verb="channel.released", target=channel, actor=actor,
            after={"messages": number}, now=now,
        )  # fmt: skip
    return number


def open_missing_digests(*, now: datetime) -> None:
    """Open a digest for each mail channel of a weekly organization that watches something and has none open."""
    rows = Channel.objects.open().filter(
        Exists(Watch.objects.filter(organization=OuterRef("organization"))),
        ~Exists(Delivery.objects.filter(channel=OuterRef("pk"), kind=Delivery.Kind.DIGEST).waiting()),
        watchlists.still_belongs("user"),
        kind=Channel.Kind.EMAIL,
        paused_at=None,
    )
    found = list(rows.select_related("organization"))
    plans = entitlements.plans_of({channel.organization_id for channel in found}, now=now)
    weekly = [channel for channel in found if gathering.is_weekly(channel, plans[channel.organization_id])]
    gathering.open_digests(weekly, now=now)


def _take_turn() -> None:
    """Wait until no other claim is under way; they last milliseconds. Held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIMING])


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _is_weekly(delivery: Delivery, now: datetime) -> bool:
    return gathering.is_weekly(delivery.channel, entitlements.plan_of(delivery.organization, now=now))
