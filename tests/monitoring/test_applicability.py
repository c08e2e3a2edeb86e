"""What an organization states of itself sorts the law: nothing lost, and a reason for each entry set aside."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from monitoring import applicability, knowledge
from monitoring.assess import composition
from monitoring.models import Applicability
from tests import world

ENTRIES = tuple(knowledge.library().obligations.values())
ALL = tuple(composition.reference(entry, date(2026, 11, 22)) for entry in ENTRIES)
WHOSE, USE = Applicability.Whose, Applicability.Use
PLACES = [code for code, _ in applicability.places()]


def stated(places=("EU",), whose_data=(), uses=()):
    return Applicability(places=list(places), whose_data=list(whose_data), uses=list(uses))


def kept(**said):
    return {reference.obligation.key for reference in applicability.sort(ALL, stated(**said)).kept}


@given(
    st.lists(st.sampled_from(PLACES), unique=True, max_size=6),
    st.lists(st.sampled_from(WHOSE.values), unique=True),
    st.lists(st.sampled_from(USE.values), unique=True),
)
def test_every_entry_is_in_exactly_one_part_and_what_is_set_aside_says_why(places, whose, uses):
    bearing = applicability.sort(ALL, stated(places, whose, uses))
    aside = [reference for reference, _why in bearing.set_aside]
    assert sorted(r.obligation.key for r in (*bearing.kept, *aside)) == sorted(r.obligation.key for r in ALL)
    assert all(why.endswith(".") for _reference, why in bearing.set_aside)


@given(st.sampled_from(USE.values), st.sampled_from(WHOSE.values))
def test_to_state_more_never_sets_more_aside(use, whose):
    assert kept() <= kept(uses=[use]) <= kept(uses=[use], whose_data=[whose])
    assert kept() <= kept(places=["EU", "US"])


def test_a_place_that_was_not_named_is_set_aside():
    assert "gdpr_6" in kept(places=["EU"])
    assert "gdpr_6" not in kept(places=["JP"])
    assert "appi" in kept(places=["JP"])


@pytest.mark.parametrize(
    ("key", "place", "needed"),
    [
        ("gdpr_8", "EU", {"whose_data": [WHOSE.CHILDREN]}),
        ("nyc_ll144", "US", {"uses": [USE.DECISIONS]}),
        ("tx_cubi", "US", {"uses": [USE.BIOMETRICS]}),
        ("eu_uctd_3", "EU", {"whose_data": [WHOSE.CUSTOMERS]}),
        ("dsa_16", "EU", {"uses": [USE.HOSTING]}),
        ("ferpa", "US", {"whose_data": [WHOSE.STUDENTS]}),
        ("hipaa_baa", "US", {"whose_data": [WHOSE.PATIENTS]}),
    ],
)
def test_what_is_about_certain_people_or_uses_bears_once_they_are_named(key, place, needed):
    assert key not in kept(places=[place])
    assert key in kept(places=[place], **needed)


def test_what_is_about_prompts_in_general_is_never_set_aside_for_want_of_biometrics():
    assert "gdpr_9" in kept()


def test_every_place_of_the_library_can_be_named():
    codes = {code for code, _ in applicability.places()} | {"INTL"}
    assert {entry.jurisdictions[0] for entry in ENTRIES} == codes
    names = [name for _, name in applicability.places()]
    assert names == sorted(names)
    assert all(a != b for a, b in itertools.pairwise(names))


@pytest.mark.django_db
def test_a_new_statement_takes_the_place_of_the_old_and_the_trail_keeps_both(now):
    alice = world.person("alice", now=now)
    organization = world.organization_of(alice)
    for places in (["EU"], ["EU", "UK"]):
        applicability.state(organization=organization, places=places, whose_data=[], uses=[], user=alice, now=now)
    assert applicability.of(organization).places == ["EU", "UK"]
    assert Applicability.objects.count() == 1
    event = AuditEvent.objects.filter(verb="applicability.stated").latest("id")
    assert (event.before["places"], event.after["places"]) == (["EU"], ["EU", "UK"])


def test_a_visitor_has_stated_nothing():
    assert applicability.of(None) is None
