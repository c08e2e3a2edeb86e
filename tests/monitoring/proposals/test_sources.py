"""What the fetches of known sources show: moved, vanished, back."""

import pytest

from monitoring import fetch
from monitoring.models import Proposal
from monitoring.proposals import decisions, sources
from tests import world

pytestmark = pytest.mark.django_db
NEW = "https://acme.example/legal/terms"


@pytest.fixture
def source(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.answer(world.terms(), url=source.url), at=now)
    return source


def moved(source, at, *, status=301, body=None):
    evidence = fetch.Evidence(redirects=((status, source.url),))
    world.serve(source, world.answer(body or world.terms() + b" ", url=NEW, evidence=evidence), at=at)


def gone(source, at, status=404):
    reason = fetch.Reason.GONE if status == 410 else fetch.Reason.NOT_FOUND
    world.capture(source, fetch.FetchError(reason, f"HTTP {status}", status=status), at=at)


def test_a_permanent_redirect_is_proposed_at_its_second_sight(source, now):
    moved(source, now + 6 * world.HOUR)
    assert sources.look_over(now=now + 7 * world.HOUR) == []
    moved(source, now + 12 * world.HOUR)
    [proposal] = sources.look_over(now=now + 13 * world.HOUR)
    assert (proposal.kind, proposal.url, proposal.is_news) == ("moved", NEW, True)
    assert proposal.began_at == now + 6 * world.HOUR
    assert sources.look_over(now=now + 14 * world.HOUR) == []


def test_a_temporary_redirect_is_no_move(source, now):
    for hours in (6, 12):
        moved(source, now + hours * world.HOUR, status=302)
    assert sources.look_over(now=now + world.DAY) == []


def test_a_document_that_always_redirected_is_proposed_and_no_news(now):
    source = world.declare("acme", now=now)["acme"]
    for hours in (0, 6):
        moved(source, now + hours * world.HOUR)
    [proposal] = sources.look_over(now=now + world.DAY)
    assert not proposal.is_news


def test_a_move_that_is_taken_back_is_settled(source, now):
    for hours in (6, 12):
        moved(source, now + hours * world.HOUR)
    sources.look_over(now=now + 13 * world.HOUR)
    world.serve(source, world.answer(world.terms() + b"  ", url=source.url), at=now + 18 * world.HOUR)
    sources.look_over(now=now + 19 * world.HOUR)
    row = Proposal.objects.get()
    assert (row.closed_as, row.closed_at) == ("settled", now + 19 * world.HOUR)


def test_a_dismissed_move_is_not_proposed_again(source, now):
    for hours in (6, 12):
        moved(source, now + hours * world.HOUR)
    assert len(sources.look_over(now=now + world.DAY)) == 1
    alice = world.person("alice", now=now)
    decisions.dismiss(
        proposal=Proposal.objects.get(), operator=alice, note="the declaration is right", now=now + world.DAY
    )
    assert sources.look_over(now=now + 2 * world.DAY) == []


def test_a_lasting_404_is_proposed_after_a_day(source, now):
    for hours in (6, 12, 18, 24):
        gone(source, now + hours * world.HOUR)
        assert sources.look_over(now=now + hours * world.HOUR) == []
    gone(source, now + 30 * world.HOUR, status=410)
    [proposal] = sources.look_over(now=now + 30 * world.HOUR)
    assert (proposal.kind, proposal.began_at, proposal.is_news) == ("vanished", now + 6 * world.HOUR, True)
    assert proposal.evidence == {"status": 410, "looks": 5}


def test_a_document_that_is_back_settles_it_and_may_vanish_again(source, now):
    for hours in (6, 18, 30):
        gone(source, now + hours * world.HOUR)
    sources.look_over(now=now + 30 * world.HOUR)
    world.serve(source, world.answer(world.terms(), url=source.url), at=now + 36 * world.HOUR)
    sources.look_over(now=now + 36 * world.HOUR)
    assert Proposal.objects.get().closed_as == "settled"
    for hours in (42, 54, 66):
        gone(source, now + hours * world.HOUR)
    assert len(sources.look_over(now=now + 66 * world.HOUR)) == 1


def test_failures_of_another_kind_prove_nothing(source, now):
    for hours in (6, 18, 30, 42):
        error = fetch.FetchError(fetch.Reason.FORBIDDEN, "HTTP 403", status=403)
        world.capture(source, error, at=now + hours * world.HOUR)
    assert sources.look_over(now=now + 42 * world.HOUR) == []


def test_the_snippet_says_what_to_write(source, now):
    for hours in (6, 12):
        moved(source, now + hours * world.HOUR)
    sources.look_over(now=now + world.DAY)
    assert decisions.snippet(Proposal.objects.get()) == f'-  "fetch": "{source.url}"\n+  "fetch": "{NEW}"'
