"""Watches of every kind: built, tried on the past, kept within the plan, changed, paused and snoozed, one or many."""

from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from billing import plans, subscriptions
from monitoring.models import Channel, Delivery, Recipient, Watch
from tests import world


@pytest.fixture
def professional(alice, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)


def page_of(answer):
    return " ".join(answer.content.decode().split())


RULE = "data_retention days above 30"


@pytest.mark.parametrize("kind", ["provision_type", "rule", "search", "document"])
def test_free_is_told_which_plan_has_watches_of_this_kind_and_adds_none(kind, signed_in, source):
    page = page_of(signed_in.get(f"/watchlist/listen/{kind}/"))
    assert f"It comes with {'Watcher' if kind == 'document' else 'Professional'}." in page
    term = {"provision_type": "data_retention", "rule": RULE}.get(kind, "arbitration")
    answer = signed_in.post(f"/watchlist/listen/{kind}/", {"term": term, "document": source.document.pk})
    assert answer.status_code == 403
    assert not Watch.objects.exists()


def test_a_kind_that_is_none_is_not_there(signed_in):
    assert signed_in.get("/watchlist/listen/nonsense/").status_code == 404
    assert signed_in.get("/watchlist/listen/platform/").status_code == 404


def test_a_rule_is_tried_on_the_past_before_it_is_kept(signed_in, professional, change):
    page = page_of(signed_in.get("/watchlist/listen/rule/", {"term": RULE, "platform": "acme"}))
    assert "It would have told once in the last twelve months" in page
    assert change.get_absolute_url() in page
    assert not Watch.objects.exists()
    page = page_of(signed_in.get("/watchlist/listen/rule/", {"term": "data_retention days above 90"}))
    assert "It would have told nothing in the last twelve months" in page
    assert "tried on the whole catalog" in page


@pytest.mark.parametrize(
    ("kind", "term", "times"),
    [
        ("provision_type", "mandatory_arbitration", "once"),
        ("provision_type", "auto_renewal_billing", "nothing"),
        ("search", "class action", "once"),
        ("search", "model weights", "nothing"),
    ],
)
def test_types_and_phrases_are_tried_too(kind, term, times, signed_in, professional, change):
    page = page_of(signed_in.get(f"/watchlist/listen/{kind}/", {"term": term}))
    assert f"It would have told {times} in the last twelve months" in page


def test_a_rule_is_kept_in_its_full_form(signed_in, alice, professional, source):
    answer = signed_in.post(
        "/watchlist/listen/rule/", {"term": RULE, "platform": "", "direction": "worse"}, follow=True
    )
    watch = Watch.objects.get()
    assert (watch.kind, watch.term, watch.platform, watch.direction) == (
        "rule", "data_retention retention_days above 30", None, "worse",
    )  # fmt: skip
    assert "everywhere you watch" in page_of(answer)
    signed_in.post("/watchlist/listen/rule/", {"term": "data_retention retention_days above 30"})
    assert Watch.objects.count() == 1


def test_a_rule_that_cannot_be_read_is_said_with_the_way_on(signed_in, professional, source):
    answer = signed_in.post("/watchlist/listen/rule/", {"term": "data_retension days above 30"})
    assert answer.status_code == 400
    assert "did you mean data_retention" in page_of(answer)
    assert not Watch.objects.exists()


def test_the_builder_offers_the_sentences_of_a_type_and_takes_a_number(signed_in, professional, change):
    page = page_of(signed_in.get("/watchlist/listen/rule/", {"type": "data_retention"}))
    assert "data_retention becomes less favourable" in page
    assert "data_retention retention_days above" in page
    wanted = {"type": "data_retention", "term": "data_retention retention_days above", "more": "30"}
    page = page_of(signed_in.get("/watchlist/listen/rule/", wanted))
    assert 'value="data_retention retention_days above 30"' in page
    assert "It would have told once" in page


def test_a_platform_that_a_rule_names_counts_under_the_limit(signed_in, alice, now, monkeypatch):
    from dataclasses import replace

    world.declare("acme", "bolt", now=now)
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    small = replace(plans.PROFESSIONAL, platforms=1)
    monkeypatch.setattr(plans, "named", lambda key: small)
    signed_in.post("/watchlist/", {"platform": "acme"})
    answer = signed_in.post("/watchlist/listen/rule/", {"term": RULE, "platform": "bolt"})
    assert answer.status_code == 403
    assert signed_in.post("/watchlist/listen/rule/", {"term": RULE, "platform": "acme"}).status_code == 302


def test_a_document_is_watched_by_its_page(signed_in, alice, now, source):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    signed_in.post("/watchlist/listen/document/", {"document": source.document.pk})
    watch = Watch.objects.get()
    assert (watch.kind, watch.document, watch.platform) == ("document", source.document, source.document.platform)


def test_a_watch_is_changed_and_told_to_some_people_only(signed_in, alice, source, now):
    watch = world.watch(alice, source, now=now)
    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    channel = Channel.objects.create(
        organization=watch.organization, address="bob@bob.example", user=bob, created_at=now, verified_at=now
    )
    wanted = {"minimum_significance": "minor", "direction": "worse", "recipients": [channel.pk]}
    assert signed_in.post(f"/watchlist/{watch.pk}/", wanted).status_code == 302
    watch.refresh_from_db()
    assert (watch.minimum_significance, watch.direction) == ("minor", "worse")
    assert Recipient.objects.get().channel == channel
    assert "told: bob@bob.example" in page_of(signed_in.get("/watchlist/"))
    signed_in.post(f"/watchlist/{watch.pk}/", {"minimum_significance": "minor", "direction": ""})
    assert not Recipient.objects.exists()


@pytest.mark.parametrize(
    "wanted", [{"minimum_significance": "noise"}, {"direction": "sideways"}, {"recipients": ["987654"]}]
)
def test_a_wrong_choice_is_refused(wanted, signed_in, alice, source, now):
    watch = world.watch(alice, source, now=now)
    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    Channel.objects.create(
        organization=watch.organization, address="bob@bob.example", user=bob, created_at=now, verified_at=now
    )
    assert signed_in.post(f"/watchlist/{watch.pk}/", wanted).status_code == 400


def test_a_strangers_channel_is_no_recipient(signed_in, alice, charlie, source, now):
    watch = world.watch(alice, source, now=now)
    strange = world.watch(charlie, source, now=now)
    channel = Channel.objects.get(organization=strange.organization)
    signed_in.post(f"/watchlist/{watch.pk}/", {"recipients": [channel.pk]})
    assert not Recipient.objects.exists()


def test_the_page_of_a_watch_shows_what_it_told_of(signed_in, alice, source, change, now):
    from monitoring.alerts import matching

    watch = world.watch(alice, source, now=now)
    matching.match(change, now=now)
    assert change.get_absolute_url() in page_of(signed_in.get(f"/watchlist/{watch.pk}/"))


@pytest.mark.parametrize(
    ("act", "said"),
    [("pause", "Paused by you"), ("week", "Snoozed"), ("month", "Snoozed"), ("minor", "minor ones too")],
)
def test_many_are_changed_at_once_and_resumed(act, said, signed_in, alice, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    for source in world.declare("acme", "bolt", now=now).values():
        world.watch(alice, source, now=now)
    ids = list(Watch.objects.values_list("pk", flat=True))
    page = page_of(signed_in.post("/watchlist/act/", {"watch": ids, "act": act}, follow=True))
    assert "2 watches were changed." in page
    assert page.count(said) >= 2
    signed_in.post("/watchlist/act/", {"watch": ids, "act": "resume"})
    assert Watch.objects.filter(paused_at=None, snoozed_until=None).count() == 2
    signed_in.post("/watchlist/act/", {"watch": ids, "act": "remove"})
    assert not Watch.objects.exists()


def test_a_snooze_ends(signed_in, alice, source, now):
    watch = world.watch(alice, source, now=now)
    Watch.objects.update(snoozed_until=timezone.now() - world.HOUR)
    assert "Snoozed" not in page_of(signed_in.get("/watchlist/"))
    assert "snoozed" not in page_of(signed_in.get(f"/watchlist/{watch.pk}/"))


def test_watches_rest_until_a_chosen_day_begins_where_the_organization_is(signed_in, alice, source, now):
    watch = world.watch(alice, source, now=now)
    type(watch.organization).objects.update(time_zone="Asia/Tokyo")
    sent = {"watch": watch.pk, "act": "until", "day": f"{now + 9 * world.DAY:%Y-%m-%d}"}
    signed_in.post("/watchlist/act/", sent)
    watch.refresh_from_db()
    assert watch.snoozed_until.astimezone(ZoneInfo("Asia/Tokyo")).isoformat() == f"{sent['day']}T00:00:00+09:00"


@pytest.mark.parametrize("day", ["", "tomorrow", "2001-01-01", "2026-13-01"])
def test_a_day_that_is_past_or_none_is_refused_and_nothing_rests(day, signed_in, alice, source, now):
    watch = world.watch(alice, source, now=now)
    page = page_of(signed_in.post("/watchlist/act/", {"watch": watch.pk, "act": "until", "day": day}, follow=True))
    watch.refresh_from_db()
    assert "Write a day to come" in page and watch.snoozed_until is None


@pytest.mark.parametrize("wanted", [{}, {"act": "pause"}, {"watch": "x", "act": "pause"}, {"act": "explode"}])
def test_without_a_watch_or_an_act_nothing_happens_and_that_is_said(wanted, signed_in, alice, source, now):
    watch = world.watch(alice, source, now=now)
    if wanted.get("act") == "explode":
        wanted = wanted | {"watch": watch.pk}
    page = page_of(signed_in.post("/watchlist/act/", wanted, follow=True))
    assert "Tick at least one watch" in page
    assert Watch.objects.get().paused_at is None


def test_a_strangers_watches_are_not_acted_on(client, alice, charlie, source, now):
    watch = world.watch(alice, source, now=now)
    client.force_login(charlie)
    client.post("/watchlist/act/", {"watch": watch.pk, "act": "remove"})
    assert Watch.objects.filter(pk=watch.pk).exists()


def test_a_vendor_list_is_shown_before_anything_is_added(signed_in, alice, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    world.declare("acme", "bolt", now=now)
    upload = SimpleUploadedFile("vendors.csv", b"name,domain\nAcme,\nNobody Inc,nobody.example\nBolt,\n")
    page = page_of(signed_in.post("/watchlist/vendors/", {"file": upload}))
    assert "2 are in the catalog" in page
    assert '<a href="/requests/?name=Nobody%20Inc">' in page
    assert 'value="Nobody Inc"' in page_of(signed_in.get("/requests/?name=Nobody%20Inc"))
    assert not Watch.objects.exists()
    signed_in.post("/watchlist/vendors/", {"platform": ["acme", "bolt"], "minimum_significance": "minor"})
    assert sorted(Watch.objects.values_list("platform__slug", "minimum_significance")) == [
        ("acme", "minor"), ("bolt", "minor"),
    ]  # fmt: skip


def test_a_vendor_list_stops_at_the_limit_and_says_what_was_left_out(signed_in, alice, now):
    world.declare("acme", "bolt", now=now)
    page = page_of(signed_in.post("/watchlist/vendors/", {"platform": ["acme", "bolt"]}, follow=True))
    assert "Bolt and what follows was left out: Free allows 1 platform; 1 in use." in page
    assert "1 platform was added." in page
    assert Watch.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"names": "a\n" * 1001}])
def test_a_list_that_cannot_be_read_is_said(given, signed_in):
    assert signed_in.post("/watchlist/vendors/", given).status_code == 400


def test_the_first_watch_is_greeted_once(signed_in, alice, now, source):
    signed_in.post("/watchlist/", {"platform": "acme"})
    signed_in.post("/watchlist/", {"platform": "acme"})
    assert [row.kind for row in Delivery.objects.all()] == ["welcome"]


def test_a_viewer_may_not_listen(client, alice, source, now):
    from accounts.models import Membership, Role

    watch = world.watch(alice, source, now=now)
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    client.force_login(alice)
    for address in ("/watchlist/listen/rule/", f"/watchlist/{watch.pk}/", "/watchlist/vendors/"):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


@pytest.mark.parametrize(("kind", "term"), [("rule", "data_retention days above 1"), ("search", "conversations for")])
def test_trying_costs_few_questions_however_many_changes_there_were(
    kind, term, signed_in, professional, change, source, now, django_assert_max_num_queries
):
    for day in range(2, 9):
        kept = f"We keep your conversations for {day} days and delete them afterwards, unless the law requires it."
        world.serve(source, world.terms(c3=kept), at=now - (10 - day) * world.DAY)
    with django_assert_max_num_queries(16):
        page = page_of(signed_in.get(f"/watchlist/listen/{kind}/", {"term": term, "platform": "acme"}))
    assert "It would have told 8 times" in page


def test_what_the_taxonomy_outgrew_is_said(signed_in, alice, professional, source, now):
    watch = world.watch(alice, source, now=now)
    Watch.objects.filter(pk=watch.pk).update(kind="rule", term="a_type_of_yesterday appears", platform=None)
    assert "Hears nothing" in page_of(signed_in.get("/watchlist/"))
