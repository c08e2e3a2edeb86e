"""What each kind of message says, in text alone and in HTML, by plan; and why, and what was left out."""

from datetime import timedelta

import pytest

from accounts import audit
from billing import plans, subscriptions
from monitoring import acceptances, watchlists
from monitoring.alerts import matching, messages, telling
from monitoring.models import Change, Channel, Delivery, Watch
from tests import world

pytestmark = pytest.mark.django_db

CHANGED = {
    "c2": "You keep all rights in the content that you submit. We may use your content to train our models unless you opt "
    "out in your account settings.",
    "c3": "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise.",
}


@pytest.fixture
def source(now):
    return world.declare("acme", "zenith", now=now)["acme"]


@pytest.fixture
def alice(now):
    return world.person("alice", plan="professional", now=now)


@pytest.fixture
def change(source, alice, now):
    world.watch(alice, source, now=now)
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(**CHANGED), at=now + world.HOUR)
    return change


def said(delivery, now):
    message = messages.compose(Delivery.objects.select_related("channel", "organization").get(pk=delivery.pk), now=now)
    return message.subject, " ".join(message.text.split()), " ".join(message.html.split())


def alert(change, now):
    matching.match(change, now=now)
    return Delivery.objects.get(kind="alert")


def unsaved(kind, now, since=timedelta(days=7)):
    channel = Channel.objects.select_related("organization").get()
    return Delivery(
        organization=channel.organization, channel=channel, kind=kind, since_at=now - since, due_at=now, created_at=now
    )


def test_an_alert_says_which_provisions_moved_and_which_way_in_both_forms(change, now):
    _, text, html = said(alert(change, now), now)
    for form in (text, html):
        assert "Use of content to train models" in form
        assert "worse for users" in form
        assert "The text says that content is not used to train models." in form
        assert "The text allows training on user content unless the user turns it off." in form
        assert "how long data is kept: 30 days → 90 days" in form
    assert "▼ Use of content to train models (worse for users)" in text


def test_exposure_and_duties_come_with_professional(change, alice, now):
    delivery = alert(change, now)
    _, text, html = said(delivery, now)
    for form in (text, html):
        assert "more than before)" in form
        assert "may bear on it" in form
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    _, text, html = said(delivery, now)
    for form in (text, html):
        assert "Use of content to train models" in form
        assert "of 100" not in form
        assert "may bear on it" not in form


def test_provisions_come_with_the_summaries(change, alice, now):
    delivery = alert(change, now)
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.FREE, now=now)
    _, text, _ = said(delivery, now)
    assert "worse for users" not in text
    assert "[-30-] {+90+}" in text


def test_why_names_the_rule_that_fired(change, source, alice, now):
    Watch.objects.create(
        organization=world.organization_of(alice),
        watchlist=watchlists.default_watchlist(organization=world.organization_of(alice), now=now),
        kind="rule",
        term="data_retention retention_days above 30",
        position=2,
        created_at=now,
    )
    _, text, _ = said(alert(change, now), now)
    assert "because Alice watches: Acme, Retention periods: how long" in text
    assert "above 30 days." in text
    assert "data_retention" not in text.partition("because Alice")[2].partition(".")[0]


def test_several_changes_are_named_in_the_subject(change, source, now):
    _, second = world.serve(source, world.terms(**CHANGED, c5="We are liable for nothing."), at=now + 2 * world.HOUR)
    matching.match_together([Change.objects.with_document().get(pk=pk) for pk in (change.pk, second.pk)], now=now)
    subject, text, _ = said(Delivery.objects.get(kind="alert"), now)
    assert subject == "Acme changed its Terms of Service 2 times"
    assert text.count("Acme changed its Terms of Service") == 2
    assert text.count("You are told of Terms of Service because") == 2


def test_links_lead_to_the_change_the_words_side_by_side_and_both_archived_texts(change, now):
    _, _, html = said(alert(change, now), now)
    for path in (f"/changes/{change.pk}/", "?view=side#words", "/versions/1/", "/versions/2/"):
        assert path in html


def test_each_message_carries_the_links_of_its_reader(change, now):
    delivery = alert(change, now)
    message = messages.compose(delivery, now=now)
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in message.headers["List-Unsubscribe"]
    for form in (message.text, message.html):
        assert "/preferences/" in form


def test_a_digest_says_what_was_not_told(change, source, now):
    Watch.objects.update(minimum_significance="substantive")
    Change.objects.update(significance="minor")
    matching.match(Change.objects.get(), now=now)
    later = now + world.DAY
    subject, text, html = (
        getattr(messages.compose(unsaved("digest", later), now=later), part) for part in ("subject", "text", "html")
    )
    assert subject.startswith("Nothing changed in what you watch")
    for form in (text, html):
        assert "Acme Terms of Service" in form
        assert "minor" in form
    assert "1 document was checked" in " ".join(text.split())


def test_a_digest_counts_what_differed_in_form_only(change, source, now):
    world.serve(
        source,
        world.terms(chrome="<p>x</p>", **CHANGED).replace(b"Terms of Service", b"Terms  of Service"),
        at=now + 2 * world.HOUR,
    )
    from monitoring.models import Screening

    Screening.objects.filter(outcome="unchanged").update(difference="format")
    later = now + world.DAY
    text = " ".join(messages.compose(unsaved("digest", later), now=later).text.split())
    assert "1 capture differed in format or noise only, and made no version." in text


def test_a_digest_names_the_documents_that_could_not_be_read(change, source, now):
    from monitoring.models import Schedule

    Schedule.objects.filter(source=source).update(reason="timeout", failures=3)
    later = now + world.DAY
    text = " ".join(messages.compose(unsaved("digest", later), now=later).text.split())
    assert "1 could not be read at the last check." in text


def test_a_welcome_tells_of_twelve_months_and_when_the_next_message_comes(change, alice, now):
    later = now + world.DAY
    message = messages.compose(unsaved("welcome", later), now=later)
    assert message.subject == "Acme: one change in the last twelve months"
    for form in (message.text, message.html):
        assert change.get_absolute_url() in form
        assert "within a minute of a change being seen" in form
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.FREE, now=now)
    text = messages.compose(unsaved("welcome", later), now=later).text
    assert "every Monday at 08:00 (UTC)" in text


def test_a_welcome_of_a_platform_without_changes_says_so(source, alice, now):
    world.serve(source, world.terms(), at=now)
    world.watch(alice, source, now=now)
    message = messages.compose(unsaved("welcome", now), now=now)
    assert message.subject == "You watch Acme now"
    assert "No change of its documents is on record." in message.text


def test_a_test_reads_like_an_alert_and_says_that_it_is_one(change, now):
    message = messages.compose(unsaved("test", now), now=now)
    assert message.subject.startswith("Test: Acme changed its Terms of Service")
    assert "Nothing new happened." in message.text
    assert "[-30-] {+90+}" in message.text


def test_a_test_before_there_is_any_change_reads_like_a_digest(source, alice, now):
    world.watch(alice, source, now=now)
    assert messages.compose(unsaved("test", now), now=now).subject.startswith("Test: Nothing changed")


def test_a_subject_stays_one_line_of_moderate_length(change, now):
    Change.objects.update(summary={"headline": "A long\u2028headline " * 40})
    subject, _, _ = said(alert(Change.objects.get(), now), now)
    assert len(subject) <= 180
    assert "\u2028" not in subject


def test_a_long_digest_stays_below_what_mail_programs_cut(source, alice, now):
    world.watch(alice, source, now=now)
    world.serve(source, world.terms(), at=now)
    for hour in range(1, 13):
        days = (
            f"We keep your conversations for {30 + hour} days and delete them afterwards, unless the law requires it."
        )
        world.serve(source, world.terms(c3=days), at=now + hour * world.HOUR)
    matching.match_all(now=now + world.DAY)
    message = messages.compose(unsaved("digest", now + world.DAY), now=now + world.DAY)
    assert message.subject.startswith("12 changes in what you watch")
    assert message.text.count("THE WORDS") == 8
    assert "FURTHER CHANGES" in message.text
    for change in Change.objects.all():
        assert change.get_absolute_url() in message.text
    assert len(message.html.encode()) < 100_000


def test_a_change_that_leads_away_from_what_was_accepted_says_so_while_the_plan_has_it(change, alice, now):
    row = alert(change, now)
    organization = world.organization_of(alice)
    acceptances.mark(
        organization=organization, version=change.before, accepted_date=now.date(), note="", now=now, actor=audit.SYSTEM
    )
    words = f"Differs from the version you accepted on {now.day} Nov 2026."
    _, text, html = said(row, now)
    assert words in text
    assert words in html
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    assert words not in said(row, now)[1]


def test_who_accepted_is_read_for_many_messages_together(change, alice, now, django_assert_num_queries):
    row = alert(change, now)
    organization = world.organization_of(alice)
    telling.read_ahead([row], on=now.date())
    assert row.accepts is False
    with django_assert_num_queries(0):
        assert acceptances.drifts(organization, []) == {}
    acceptances.mark(
        organization=organization, version=change.before, accepted_date=now.date(), note="", now=now, actor=audit.SYSTEM
    )
    telling.read_ahead([row], on=now.date())
    assert row.accepts is True
    [told] = telling.told([change], row, on=now.date())
    assert told.differs_from.version == change.before
