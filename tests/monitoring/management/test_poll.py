"""manage.py poll: everything due is fetched, worked off to the end, and the figures printed."""

import json

import pytest
from django.core.management import CommandError, call_command

from monitoring.models import Change, Delivery, Fetch, Schedule, Version
from tests import world
from tests.servers import scripted

pytestmark = pytest.mark.django_db(transaction=True)

FIGURES = {
    "documents", "requests", "ok", "not_modified", "failed", "changes", "alerts", "held", "bytes_stored", "wall_s",
    "cpu_s", "cpu_ms_per_document", "peak_rss_mb",
}  # fmt: skip
RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


@pytest.fixture
def pages():
    """A server whose pages are looked up at each request, so that a test can change them."""
    bodies = {"/acme": world.terms(), "/zenith": world.terms()}

    async def serve(asked, writer):
        if asked.path in bodies:
            await scripted.page(bodies[asked.path].decode())(asked, writer)
        else:
            await scripted.page("no", status=404)(asked, writer)

    with scripted.serve({f"/{name}": serve for name in ("acme", "zenith", "gone")}) as server:
        bodies["server"] = server
        yield bodies


@pytest.fixture
def polled(pages, settings, now, capsys):
    server = pages["server"]
    settings.FETCH_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
    sources = world.declare("acme", "zenith", "gone", url=server.url("/{slug}"), now=now)
    world.watch(world.person("alice", plan="professional", now=now), sources["acme"], now=now)

    def poll(*arguments):
        call_command("poll", "--once", "--json", *arguments)
        return json.loads(capsys.readouterr().out)

    return poll


def test_the_figures_have_all_their_keys_and_are_right(polled, pages):
    figures = polled()
    assert set(figures) == FIGURES
    assert (figures["documents"], figures["requests"], figures["ok"], figures["failed"]) == (3, 3, 2, 1)
    assert figures["bytes_stored"] > 0
    assert figures["cpu_s"] > 0
    assert Version.objects.count() == 2


def test_what_is_not_due_is_left_alone_and_all_takes_everything(polled):
    polled()
    assert polled()["documents"] == 0
    assert polled("--all")["documents"] == 3


def test_a_change_goes_all_the_way_to_the_mail(polled, pages, mailoutbox):
    polled()
    pages["/acme"] = world.terms(c3=RETENTION)
    figures = polled("--all")
    assert (figures["changes"], figures["alerts"]) == (1, 1)
    assert Change.objects.get().significance == "substantive"
    assert Delivery.objects.get().sent_at
    assert "{+90+}" in mailoutbox[0].body


def test_a_failing_document_keeps_its_reason_and_stops_nobody(polled):
    polled()
    row = Fetch.objects.exclude(reason="").get()
    assert (row.status, row.reason) == (404, "not_found")
    assert Schedule.objects.get(source=row.source_id).failures == 1


def test_an_unchanged_document_costs_a_fetch_row_and_its_schedule(polled, django_assert_max_num_queries):
    polled()
    before = Version.objects.count(), Fetch.objects.count()
    figures = polled("--all")
    assert figures["bytes_stored"] == 0
    assert (Version.objects.count(), Fetch.objects.count()) == (before[0], before[1] + 3)


def test_it_does_not_start_polling_for_ever(polled):
    with pytest.raises(CommandError, match="--once"):
        call_command("poll")
