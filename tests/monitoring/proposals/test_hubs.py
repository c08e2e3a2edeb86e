"""Legal hubs are visited daily; what appears on them is proposed."""

from datetime import timedelta

import pytest

from monitoring import tasks
from monitoring.management.commands import watch_hubs
from monitoring.models import HubVisit, Platform, Proposal
from monitoring.proposals import decisions, hubs, sources
from tests import world
from tests.monitoring.proposals.conftest import hub
from tests.servers import scripted

pytestmark = pytest.mark.django_db
DPA = ("dpa", "Data Processing Addendum")


def visit(at):
    return hubs.visit(hubs.claim(now=at), now=at)


def test_what_was_there_at_the_first_visit_is_proposed_and_no_news(serve_hub, now):
    server, _ = serve_hub({"/legal/": hub(DPA)})
    [proposal] = visit(now)
    assert (proposal.kind, proposal.title, proposal.is_news) == ("new", "Data Processing Addendum", False)
    assert proposal.url == server.url("/legal/dpa")
    assert proposal.terms_type == "data-processor-agreement"


def test_what_appears_later_is_news_once(serve_hub, now):
    serve_hub({"/legal/": scripted.in_turn(hub(), hub(DPA))})
    assert visit(now) == []
    [proposal] = visit(now + world.DAY)
    assert proposal.is_news
    assert visit(now + 2 * world.DAY) == []
    row = Proposal.objects.get()
    assert (row.began_at, row.last_seen_at) == (now + world.DAY, now + 2 * world.DAY)


def test_many_at_once_are_a_redesign_and_no_news(serve_hub, now):
    many = [(f"policy-{n}", f"Policy {n}") for n in range(hubs.NEWS_AT_ONCE + 1)]
    serve_hub({"/legal/": scripted.in_turn(hub(), hub(*many))})
    visit(now)
    made = visit(now + world.DAY)
    assert len(made) == len(many)
    assert not any(proposal.is_news for proposal in made)


def test_a_hub_is_visited_once_a_day_and_by_one_worker(serve_hub, now):
    server, _ = serve_hub({"/legal/": hub()})
    [claimed] = hubs.claim(now=now)
    assert hubs.claim(now=now) == []
    assert hubs.claim(now=now + hubs.LEASE + timedelta(seconds=1)) == [claimed]
    visit(now + world.HOUR)
    assert hubs.claim(now=now + 23 * world.HOUR) == []
    assert len(hubs.claim(now=now + 26 * world.HOUR)) == 1
    assert len(server.asked_for("/legal/")) == 1


def test_an_unchanged_hub_is_asked_for_conditionally(serve_hub, now):
    body = '<a href="/legal/terms">Terms</a><a href="/legal/dpa">Data Processing Addendum</a>'
    server, _ = serve_hub({"/legal/": scripted.revalidating(body, etag='"1"')})
    visit(now)
    assert visit(now + world.DAY) == []
    assert server.asked_for("/legal/")[1].headers["if-none-match"] == '"1"'
    assert Proposal.objects.get().last_seen_at == now + world.DAY
    assert HubVisit.objects.get().succeeded_at == now + world.DAY


def test_a_hub_that_cannot_be_read_says_why_and_proposes_nothing(serve_hub, now):
    serve_hub({"/legal/": scripted.page("gone", status=404)})
    assert visit(now) == []
    row = HubVisit.objects.get()
    assert (row.reason, row.failures, row.due_at) == ("not_found", 1, now + timedelta(days=1))


def test_a_hub_without_links_is_tried_in_a_browser(serve_hub, now):
    serve_hub({"/legal/": scripted.page("<html><body><div id=root></div></body></html>")})
    assert visit(now) == []
    row = HubVisit.objects.get()
    assert (row.reason, row.needs_browser, row.due_at) == (hubs.NO_LINKS, True, now)


def test_a_crash_over_one_hub_leaves_it_to_the_next_turn(serve_hub, now, monkeypatch, caplog):
    serve_hub({"/legal/": hub(DPA)})

    def crash(*args, **kwargs):
        raise RuntimeError("a link that breaks the reader")

    with monkeypatch.context() as patched:
        patched.setattr(hubs.discovery, "links", crash)
        assert visit(now) == []
    assert "reading the legal hub" in caplog.text
    assert len(visit(now + world.HOUR)) == 1


def test_what_was_decided_is_not_proposed_again(serve_hub, now, alice):
    serve_hub({"/legal/": hub(DPA)})
    [proposal] = visit(now)
    decisions.dismiss(proposal=proposal, operator=alice, note="a form", now=now)
    assert visit(now + world.DAY) == []
    with pytest.raises(decisions.ProposalClosed):
        decisions.accept(proposal=proposal, operator=alice, note="", now=now)


def test_what_is_declared_by_now_is_settled(serve_hub, now):
    server, source = serve_hub({"/legal/": hub(DPA)})
    visit(now)
    source.document.sources.create(url=server.url("/legal/dpa"), position=1, created_at=now).save()
    world.records._sync_schedules(now)
    sources.look_over(now=now + world.HOUR)
    assert Proposal.objects.get().closed_as == "settled"


def test_hubs_follow_the_catalog(serve_hub, now):
    serve_hub({"/legal/": hub(DPA)})
    visit(now)
    Platform.objects.update(legal_hub="")
    assert hubs.claim(now=now + 2 * world.DAY) == []
    assert not HubVisit.objects.exists()


def test_the_command_prints_what_is_proposed(serve_hub, now, capsys):
    serve_hub({"/legal/": hub(DPA)})
    watch_hubs.Command().run_from_argv(["manage.py", "watch_hubs", "--all"])
    said = capsys.readouterr().out
    assert "acme: new document: Data Processing Addendum" in said
    assert "Hubs visited: 1; proposals made: 1; hubs that cannot be read: 0." in said


@pytest.fixture
def alice(now):
    return world.person("alice", now=now)


def test_the_task_visits_looks_over_and_hurries_matching_along(serve_hub, now, monkeypatch):
    hurried = []
    monkeypatch.setattr(tasks, "now", lambda: now)
    monkeypatch.setattr(tasks.match_waiting, "delay", lambda: hurried.append("match"))
    serve_hub({"/legal/": hub(DPA)})
    tasks.watch_hubs()
    assert Proposal.objects.count() == 1
    assert hurried == ["match"]
