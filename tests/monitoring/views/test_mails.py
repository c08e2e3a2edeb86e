"""What alert and digest mails say: the same order as the change page, in text alone and in HTML."""

from datetime import timedelta

import pytest

from billing import plans, subscriptions
from monitoring.alerts import delivery, matching
from monitoring.models import Watch
from tests import world

RULES = ["binding arbitration", "Acme changed its Terms of Service", "not legal advice", "/methodology/", "/watchlist/"]


@pytest.fixture
def mail(change, alice, source, now, mailoutbox, request):
    """The one mail that Alice gets of the change, under the plan of the test's parameter (Professional without one)."""
    plan = getattr(request, "param", plans.PROFESSIONAL)
    if plan is not plans.FREE:
        subscriptions.grant(organization=world.organization_of(alice), plan=plan, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    assert delivery.deliver_due(now=now + timedelta(days=8)) == 1
    return mailoutbox[0]


def html_of(mail):
    return next(content for content, kind in mail.alternatives if kind == "text/html")


def test_the_alert_names_who_changed_what_in_its_subject(mail):
    assert mail.subject.startswith("Acme changed its Terms of Service")
    assert "\n" not in mail.subject


@pytest.mark.parametrize("rule", RULES)
def test_the_alert_carries_the_words_and_the_ways_on_in_both_forms(rule, mail):
    for form in (mail.body, html_of(mail)):
        assert rule in " ".join(form.split())


def test_the_text_reads_alone(mail, change):
    assert "[-30-] {+90+}" in mail.body
    assert "<" not in mail.body.replace("<http", "")
    assert "&" not in mail.body
    assert change.get_absolute_url() in mail.body
    assert "You are told because Alice watches: Acme." in mail.body


def test_the_html_marks_words_without_needing_a_stylesheet(mail):
    assert '<del style="text-decoration:line-through">30</del>' in html_of(mail)
    assert '<ins style="text-decoration:underline">90</ins>' in html_of(mail)


@pytest.mark.parametrize(("mail", "shown"), [(plans.WATCHER, True), (plans.FREE, False)], indirect=["mail"])
def test_summaries_come_with_the_plan(mail, shown, change):
    assert (change.summary["lines"][0]["text"][:30] in mail.body) is shown


@pytest.mark.parametrize("mail", [plans.FREE], indirect=True)
def test_the_digest_says_what_changed_and_what_was_checked(mail):
    assert mail.subject.startswith("One change in what you watch")
    assert "1 document was checked" in " ".join(mail.body.split())
    assert "[-30-] {+90+}" in mail.body


def test_a_digest_without_a_change_says_so(alice, source, now, mailoutbox):
    world.watch(alice, source, now=now)
    assert Watch.objects.count() == 1
    delivery.open_missing_digests(now=now)
    delivery.deliver_due(now=now + timedelta(days=8))
    assert mailoutbox[0].subject.startswith("Nothing changed in what you watch")
    assert "No document that you watch changed." in mailoutbox[0].body


def test_what_a_document_says_cannot_run_in_a_mail(source, alice, now, mailoutbox):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    world.serve(source, world.terms(), at=now - timedelta(days=2))
    attack = (
        "You must not write &lt;img src=x onerror=alert(1)&gt; or &lt;script&gt;alert(1)&lt;/script&gt; for 90 days."
    )
    _reading, change = world.serve(source, world.terms(c3=attack), at=now - timedelta(days=1))
    matching.match(change, now=now)
    delivery.deliver_due(now=now)
    html = html_of(mailoutbox[0])
    assert "script" in html
    assert "onerror" in html
    assert "<script" not in html
    assert "<img" not in html
