#!/usr/bin/env python3
"""What one change costs when many hear of it: matching, writing the messages, and handing each over, from real rows.

usage: bench/fanout.py [--organizations N ...] [--workers N] [--webhooks PERCENT] [--match-only] [--json]

Each N is a world of its own: N organizations on Professional with one person, one watch of the same platform and one
channel (mail, or for PERCENT of them a webhook). One clause of its terms changes. The clock runs from the moment the
change stands in the archive until a mail server on loopback, or an endpoint there, has taken a message. Everything is
the real code, database included; worker processes do what the tasks do, without the broker.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CHUNK = 2000


# ---- the receivers, in a process of their own: they note each message id with the time it was taken ---------------------
async def take_mails(reader, writer, note):
    """Talk SMTP with as many mails a connection as come."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            body = await reader.readuntil(b"\r\n.\r\n")
            found = body.lower().index(b"message-id: <") + 13
            note(body[found : found + 36].decode())
            writer.write(b"250 taken\r\n")
        elif word == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            writer.write(b"250 ok\r\n")
        await writer.drain()
    writer.close()


async def take_posts(reader, writer, note):
    """Answer each POST with 204."""
    while True:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await reader.readexactly(int(fields[b"content-length"]))
        note(fields[b"webhook-id"].decode())
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
    writer.close()


def receive(pipe, log):
    """Listen for mails and posts until killed; write a line for each into `log`."""

    async def run():
        with Path(log).open("w", buffering=1) as file:

            def note(message_id):
                file.write(f"{message_id} {time.time()}\n")

            servers = [
                await asyncio.start_server(lambda r, w, take=take: take(r, w, note), "127.0.0.1", 0, limit=2**22)
                for take in (take_mails, take_posts)
            ]
            pipe.send([server.sockets[0].getsockname()[1] for server in servers])
            await asyncio.Event().wait()

    asyncio.run(run())


# ---- the world ----------------------------------------------------------------------------------------------------------
def mail(organization, user, now):
    from monitoring.models import Channel

    return Channel(organization=organization, address=user.email, user=user, created_at=now, verified_at=now)


def hook(organization, address, sealed_secret, now):
    from monitoring.alerts.channels import sealing
    from monitoring.models import Channel

    return Channel(
        organization=organization, kind="webhook", name="hook", address=address, sealed_url=sealing.seal(address),
        sealed_secret=sealed_secret, created_at=now, verified_at=now,
    )  # fmt: skip


def fill(number, *, webhooks, url, now):
    """Make the organizations with their people, watches and channels."""
    from accounts.models import Membership, Organization, User
    from billing.models import Source, Status, Subscription
    from monitoring.alerts.channels import sealing, signing
    from monitoring.models import Channel, Platform, Watch, Watchlist

    platform = Platform.objects.get()
    sealed_secret = sealing.seal(signing.new_secret())

    for start in range(0, number, CHUNK):
        places = range(start, min(start + CHUNK, number))
        users = User.objects.bulk_create(User(email=f"p{n}@p{n}.example", password="!") for n in places)
        organizations = Organization.objects.bulk_create(
            Organization(name=f"Organization {n}", slug=f"o{n}", created_at=now) for n in places
        )
        pairs = list(zip(organizations, users, strict=True))
        Membership.objects.bulk_create(
            Membership(organization=organization, user=user, role="owner", created_at=now)
            for organization, user in pairs
        )
        Subscription.objects.bulk_create(
            Subscription(
                organization=organization, plan="professional", source=Source.MANUAL, status=Status.ACTIVE, created_at=now
            )
            for organization in organizations
        )  # fmt: skip
        lists = Watchlist.objects.bulk_create(
            Watchlist(organization=organization, name="Watchlist", created_at=now) for organization in organizations
        )
        Watch.objects.bulk_create(
            Watch(
                organization=organization, watchlist=row, platform=platform, position=1, created_by=user, created_at=now
            )
            for (organization, user), row in zip(pairs, lists, strict=True)
        )
        Channel.objects.bulk_create(
            hook(organization, f"{url}{place}", sealed_secret, now)
            if place % 100 < webhooks
            else mail(organization, user, now)
            for place, (organization, user) in zip(places, pairs, strict=True)
        )


def changed(now):
    """Record the first version, and when asked again the change, which it yields."""
    from monitoring.archive import partitions
    from tests import world

    partitions.ensure(now=now, since=now - timedelta(days=30))
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now - timedelta(days=30))
    yield
    words = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."
    yield world.serve(source, world.terms(c3=words), at=now)[1]


def work(ready, results):
    """Hand over what is due until nothing is left, as the tasks do; report CPU and memory."""
    import resource

    from monitoring.alerts import delivery

    ready.wait()
    done = 0
    while sent := delivery.deliver_due(now=datetime.now(UTC), limit=1000):
        done += sent
    used = resource.getrusage(resource.RUSAGE_SELF)
    results.put((done, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))


# ---- the measurement -------------------------------------------------------------------------------------------------------
def measured(number, *, workers, webhooks):
    from django.conf import settings
    from django.db import connections
    from django.test.utils import override_settings

    from monitoring.management import scratch
    from monitoring.management.figures import Meter

    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    with tempfile.TemporaryDirectory() as folder, scratch.world():
        log = Path(folder) / "taken"
        receiver = fork.Process(target=receive, args=(theirs, log), daemon=True)
        connections.close_all()
        receiver.start()
        smtp, http = ours.recv()
        mail = {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": smtp, "EMAIL_USE_TLS": False, "EMAIL_HOST_USER": "",
            "FETCH_ALLOW_PRIVATE": [f"127.0.0.1:{http}"],
        }  # fmt: skip
        with override_settings(**mail):
            assert settings.BILLING != "none", "set BILLING=manual: plans are part of what is measured"
            return {"organizations": number, **_run(number, workers, webhooks, http, log, fork, Meter)}


def _run(number, workers, webhooks, http, log, fork, meter_of):
    from django.db import connection

    from accounts import rls

    now = datetime.now(UTC)
    story = changed(now)
    next(story)
    fill(number, webhooks=webhooks, url=f"http://127.0.0.1:{http}/", now=now)
    with rls.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    next(story)
    began, meter = time.time(), meter_of()
    made = _matched(meter)
    if not workers:
        return made
    reports = _handed_over(workers, fork)
    whole = meter.cost()
    return made | _arrived(number, began, log) | {
        "worker_cpu_ms_each": round(1000 * sum(cpu for _done, cpu, _rss in reports) / number, 2),
        "cpu_s": whole.cpu_s,
        "peak_rss_mb": max(made["peak_rss_mb"], *(round(rss) for _done, _cpu, rss in reports)),
    }  # fmt: skip


def _matched(meter):
    """Match the change; return the rows it made and what that cost."""
    from monitoring.alerts import matching
    from monitoring.models import Alert, Delivery, DeliveryItem

    alerts = matching.match_all(now=datetime.now(UTC))
    matched = meter.cost()
    rows = {
        "alerts": Alert.objects.count(), "deliveries": Delivery.objects.count(), "items": DeliveryItem.objects.count(),
    }  # fmt: skip
    return {
        "rows": rows,
        "match_s": round(matched.wall_s, 2),
        "match_cpu_ms_each": round(1000 * matched.cpu_s / alerts, 2),
        "claim_ms": _claim_milliseconds(),
        "peak_rss_mb": round(matched.peak_rss_mb),
    }


def _handed_over(workers, fork):
    """Let `workers` processes send all that waits; return what each reports: done, CPU seconds, memory."""
    from django.db import connections

    ready, results = fork.Event(), fork.Queue()
    connections.close_all()
    hands = [fork.Process(target=work, args=(ready, results)) for _ in range(workers)]
    for hand in hands:
        hand.start()
    ready.set()
    reports = [results.get() for _ in hands]
    for hand in hands:
        hand.join()
    return reports


def _arrived(number, began, log):
    """Return what the receivers saw: how long each message took, what is missing, what came twice."""
    from monitoring.models import Attempt

    lines = [line.split() for line in log.read_text().splitlines()]
    waited = sorted(float(at) - began for _id, at in lines)
    ids = {message_id for message_id, _at in lines}
    return {
        "attempts": Attempt.objects.count(),
        "lost": number - len(ids),
        "doubled": len(lines) - len(ids),
        "handed_over_s": {
            name: round(waited[min(int(part * len(waited)), len(waited) - 1)], 1)
            for name, part in (("p50", 0.5), ("p95", 0.95), ("last", 1.0))
        },
    }


def _claim_milliseconds():
    """Return what claiming a hundred messages takes while all wait."""
    from monitoring.alerts import delivery, outcomes

    taken = []
    for _ in range(5):
        began = time.perf_counter()
        claimed = delivery.claim(now=datetime.now(UTC))
        taken.append(time.perf_counter() - began)
        outcomes.give_back(claimed)
    return round(1000 * sorted(taken)[2], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organizations", type=int, nargs="+", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--webhooks", type=int, default=0, metavar="PERCENT")
    parser.add_argument("--match-only", action="store_true", help="write the messages, claim once, hand none over")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    from conductatlas import local

    django.setup()
    from django.conf import settings

    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
    for number in options.organizations:
        workers = 0 if options.match_only else options.workers
        figures = measured(number, workers=workers, webhooks=options.webhooks)
        print(json.dumps(figures, indent=None if options.json else 1), flush=True)


if __name__ == "__main__":
    main()
