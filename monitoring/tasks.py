"""Celery: ids in, one call, nothing out. Each task may run twice or be lost: the row is the queue, the sweep finds it."""

from datetime import UTC, datetime

from celery import shared_task
from django.conf import settings

from monitoring import operations, pipeline, requests
from monitoring.alerts import delivery, matching, outcomes, switched_off
from monitoring.archive import captures, partitions
from monitoring.proposals import hubs, sources

READ_BATCH = 20
MAILS_A_RUN = POSTS_A_RUN = 1000


def now() -> datetime:
    return datetime.now(UTC)


@shared_task
def poll_due(**_: object) -> None:
    """Fetch a batch of due sources; go on with the next batch while the batches are full."""
    sources = captures.claim(now=now(), limit=settings.FETCH_BATCH_DOCUMENTS, render=False)
    if not sources:
        return
    pipeline.poll(sources, now=now())
    read_waiting.delay()
    if len(sources) == settings.FETCH_BATCH_DOCUMENTS:
        poll_due.delay()


@shared_task
def render_due(**_: object) -> None:
    """Fetch one due source that needs a browser; go on while there are more."""
    sources = captures.claim(now=now(), limit=1, render=True)
    if not sources:
        return
    pipeline.poll(sources, now=now())
    read_waiting.delay()
    render_due.delay()


@shared_task
def read_waiting(**_: object) -> None:
    """Read a batch of documents with new captures, hurry what came of it along, and go on while there are more."""
    done, changes = pipeline.read(now=now(), limit=READ_BATCH)
    if changes:
        match_waiting.delay()
    if len(done) == READ_BATCH:
        read_waiting.delay()


@shared_task
def watch_hubs(**_: object) -> None:
    """Visit a batch of legal hubs that are due; after the last, look over the sources, and hurry along what was seen."""
    visits = hubs.claim(now=now())
    hubs.visit(visits, now=now())
    if len(visits) == hubs.VISITS_AT_ONCE:
        watch_hubs.delay()
        return
    sources.look_over(now=now())
    match_waiting.delay()


@shared_task
def match_waiting(**_: object) -> None:
    """Match the changes and proposals that nobody has matched yet, and send what is due at once."""
    if matching.match_all(now=now()) + matching.tell_all(now=now()):
        deliver_due.delay()
        post_due.delay()


@shared_task
def deliver_due(**_: object) -> None:
    """Send the mails that are due; go on while there are more."""
    if delivery.send_mails(now=now(), limit=MAILS_A_RUN) >= MAILS_A_RUN:
        deliver_due.delay()


@shared_task
def post_due(**_: object) -> None:
    """Post to endpoints what is due for them; go on while there is more."""
    if delivery.post_all(now=now(), limit=POSTS_A_RUN) >= POSTS_A_RUN:
        post_due.delay()


@shared_task
def answer_requests(**_: object) -> None:
    """Tell those who asked for something what became of it."""
    requests.send_answers(now=now())


@shared_task
def sweep(**_: object) -> None:
    """Find what was lost between the steps: unread captures, unmatched changes, missing digests and partitions."""
    read_waiting.delay()
    match_waiting.delay()
    deliver_due.delay()
    answer_requests.delay()
    post_due.delay()
    delivery.open_missing_digests(now=now())
    switched_off.tell_waiting(now=now())
    outcomes.forget_old(now=now())
    operations.note_sweep(now=now())
    partitions.ensure(now=now())
