"""Operators' pages: held texts, rules, proposals; for everybody else there are none."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from monitoring import held as operations
from monitoring.models import Decision, HubVisit, Proposal, Rule
from tests import world

CUT = world.terms().partition(b"<h2>5")[0] + b"</main></body></html>"


@pytest.fixture
def operator(client, alice):
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True)
    client.force_login(alice)
    return client


@pytest.fixture
def held(source, change, now):
    """Acme's terms show half of themselves since an hour."""
    world.serve(source, CUT, at=now - timedelta(hours=1))
    return operations.of(source.document)


@pytest.fixture
def proposal(source, now):
    return Proposal.objects.create(
        platform=source.document.platform, kind="new", url="https://acme.example/dpa", title="Data Processing Addendum",
        terms_type="data-processor-agreement", evidence={"hub": "https://acme.example/legal"}, is_news=True,
        began_at=now, last_seen_at=now, created_at=now,
    )  # fmt: skip


@pytest.fixture
def rule(change, now):
    return Rule.objects.create(
        document=change.document, change=change, scope="words", patterns=["words:00"], quote="- a\n+ b", reason="a counter",
        created_at=now,
    )  # fmt: skip


def addresses(change, held, rule, proposal):
    return {
        "get": [
            reverse("monitoring:review_held"),
            reverse("monitoring:review_held_text", args=[held.document.pk]),
            reverse("monitoring:review_rules"),
            reverse("monitoring:review_mark", args=[change.pk]),
            reverse("monitoring:review_proposals"),
        ],
        "post": [
            reverse("monitoring:review_held_text", args=[held.document.pk]),
            reverse("monitoring:review_mark", args=[change.pk]),
            reverse("monitoring:review_rule_approve", args=[rule.pk]),
            reverse("monitoring:review_rule_revoke", args=[rule.pk]),
            reverse("monitoring:review_proposal", args=[proposal.pk]),
        ],
    }


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_for_everybody_else_there_are_no_such_pages(who, client, alice, change, held, rule, proposal):
    if who == "member":
        client.force_login(alice)
    for method, pages in addresses(change, held, rule, proposal).items():
        for address in pages:
            data = {"reason": "x", "note": "x", "decision": "accept", "outcome": "publish", "scope": "words"}
            assert getattr(client, method)(address, data).status_code == 404, address
    assert not Decision.objects.exists()
    assert Rule.objects.get().reviewed_at is None
    assert Proposal.objects.get().closed_at is None


def test_what_changes_something_is_not_done_by_a_get(operator, change, held, rule, proposal):
    for name, row in [("review_rule_approve", rule), ("review_rule_revoke", rule), ("review_proposal", proposal)]:
        assert operator.get(reverse(f"monitoring:{name}", args=[row.pk])).status_code == 405


def test_the_queue_of_held_texts_leads_to_the_text_beside_the_one_that_stands(operator, held):
    page = operator.get(reverse("monitoring:review_held")).content.decode()
    address = reverse("monitoring:review_held_text", args=[held.document.pk])
    assert address in page
    assert "Most of the text is missing" in page
    text = operator.get(address).content.decode()
    assert "Our total liability" in text
    assert "Publish this text" in text


def test_to_publish_records_the_decision(operator, alice, held):
    address = reverse("monitoring:review_held_text", args=[held.document.pk])
    digest = operator.get(address).context["digest"]
    answer = operator.post(address, {"outcome": "publish", "note": "They say so on their blog.", "digest": digest})
    assert answer.status_code == 302
    decision = Decision.objects.get()
    assert (decision.outcome, decision.decided_by, decision.note) == ("publish", alice, "They say so on their blog.")
    assert "Publish</strong>" in operator.get(address).content.decode()


@pytest.mark.parametrize("wrong", [{"digest": "00"}, {"note": ""}, {"outcome": "burn"}])
def test_a_decision_on_something_else_or_without_a_reason_is_refused(operator, held, wrong):
    address = reverse("monitoring:review_held_text", args=[held.document.pk])
    digest = operator.get(address).context["digest"]
    answer = operator.post(address, {"outcome": "publish", "note": "why", "digest": digest} | wrong)
    assert answer.status_code in (200, 400)
    assert not Decision.objects.exists()


def test_a_text_that_is_held_no_longer_is_not_found(operator, source, change):
    address = reverse("monitoring:review_held_text", args=[source.document.pk])
    assert operator.get(address).status_code == 404
    assert operator.post(address, {}).status_code == 302


def test_operators_find_the_way_from_the_change_page_and_others_do_not(operator, client, change):
    assert (
        reverse("monitoring:review_mark", args=[change.pk]) in operator.get(change.get_absolute_url()).content.decode()
    )
    client.logout()
    assert "/review/" not in client.get(change.get_absolute_url()).content.decode()


def test_marking_shows_what_it_would_have_hidden_before_it_is_a_rule(operator, change):
    address = reverse("monitoring:review_mark", args=[change.pk])
    page = operator.get(address)
    [effect] = page.context["effects"]
    assert (effect.change, effect.is_hidden) == (change, True)
    assert not Rule.objects.exists()
    assert operator.post(address, {"scope": "words", "reason": ""}).status_code == 400
    assert operator.post(address, {"scope": "words", "reason": "a test page"}).status_code == 302
    assert Rule.objects.get().reason == "a test page"
    assert "already" in operator.post(address, {"scope": "words", "reason": "again"}).content.decode()


def test_one_edit_is_marked_by_its_place(operator, change):
    edit = change.edits.first()
    page = operator.get(reverse("monitoring:review_mark", args=[change.pk]), {"edit": edit.position})
    assert [shown.place for shown in page.context["edits"]] == [edit.position]


@pytest.mark.parametrize("query", [{"edit": "x"}, {"scope": "universe"}])
def test_what_cannot_be_marked_leads_back_to_the_change(operator, change, query):
    answer = operator.get(reverse("monitoring:review_mark", args=[change.pk]), query)
    assert answer.headers["Location"] == change.get_absolute_url()


def test_rules_are_approved_and_revoked_with_a_reason(operator, rule):
    operator.post(reverse("monitoring:review_rule_approve", args=[rule.pk]))
    assert "a counter" in operator.get(reverse("monitoring:review_rules")).content.decode()
    operator.post(reverse("monitoring:review_rule_revoke", args=[rule.pk]), {"reason": " "})
    rule.refresh_from_db()
    assert rule.is_active
    operator.post(reverse("monitoring:review_rule_revoke", args=[rule.pk]), {"reason": "no counter"})
    rule.refresh_from_db()
    assert (rule.is_active, rule.revoked_reason) == (False, "no counter")


def test_who_made_a_rule_is_told_to_leave_it_to_another(operator, alice, rule, now):
    world.person("bob", now=now)
    type(alice).objects.update(is_staff=True)
    Rule.objects.update(created_by=alice)
    assert "another operator must approve" in operator.get(reverse("monitoring:review_rules")).content.decode()
    operator.post(reverse("monitoring:review_rule_approve", args=[rule.pk]))
    assert Rule.objects.get().reviewed_at is None


def test_a_proposal_comes_with_its_declaration_and_is_accepted_or_dismissed_with_a_reason(operator, alice, proposal):
    page = operator.get(reverse("monitoring:review_proposals")).content.decode()
    assert "&quot;fetch&quot;: &quot;https://acme.example/dpa&quot;" in page
    address = reverse("monitoring:review_proposal", args=[proposal.pk])
    operator.post(address, {"decision": "dismiss"})
    proposal.refresh_from_db()
    assert proposal.closed_at is None
    operator.post(address, {"decision": "accept"})
    proposal.refresh_from_db()
    assert (proposal.closed_as, proposal.closed_by) == ("accepted", alice)
    operator.post(address, {"decision": "dismiss", "note": "late"})
    proposal.refresh_from_db()
    assert proposal.closed_as == "accepted"


def test_hubs_that_could_not_be_read_are_listed(operator, source, now):
    HubVisit.objects.create(
        platform=source.document.platform, url="https://acme.example/legal", due_at=now, reason="forbidden", failures=2
    )
    page = operator.get(reverse("monitoring:review_proposals")).content.decode()
    assert "forbidden" in page
    assert "2 times in a row" in page


def test_the_platform_page_shows_what_was_seen_and_is_not_read_yet(client, source, proposal, now):
    defaults = {
        "platform": source.document.platform,
        "source": source,
        "is_news": True,
        "began_at": now,
        "last_seen_at": now,
        "created_at": now,
    }
    Proposal.objects.create(
        kind="vanished", url=source.url, title="Terms of Service", evidence={"status": 404, "looks": 3}, **defaults
    )
    Proposal.objects.create(kind="moved", url="https://acme.example/new", title="Terms of Service", **defaults)
    page = client.get(source.document.platform.get_absolute_url()).content.decode()
    seen = " ".join(re.sub(r"<[^>]+>", " ", page.split('id="seen"')[1].split("</section>")[0]).split())
    assert "Data Processing Addendum" in seen
    assert "No longer at its address since" in seen
    assert "Redirected for good since" in seen
    Proposal.objects.update(closed_at=now, closed_as="dismissed")
    assert 'id="seen"' not in client.get(source.document.platform.get_absolute_url()).content.decode()
