"""The five questions that everyone asks first."""

from datetime import timedelta

from monitoring import quick_facts
from monitoring.models import Platform
from tests import world
from tests.monitoring.faces import change, now, source  # noqa: F401


def test_each_fact_has_its_words_and_the_day_since_which_they_stand(change, now):  # noqa: F811
    facts = {fact.type.key: fact for fact in quick_facts.of(change.document.platform)}
    assert tuple(facts) == quick_facts.ASKED
    arbitration = facts["mandatory_arbitration"]
    assert arbitration.quote.text in change.after.text
    assert arbitration.since == change.observed_at
    assert arbitration.clause in {clause[1] for clause in change.after.outline}
    assert arbitration.meaning


def test_what_no_document_says_is_not_determined(change):  # noqa: F811
    facts = {fact.type.key: fact for fact in quick_facts.of(change.document.platform)}
    assert facts["age_eligibility"].revision is None and facts["age_eligibility"].meaning == ""


def test_a_platform_without_documents_answers_nothing(db, now):  # noqa: F811
    platform = Platform.objects.create(slug="silent", name="Silent", created_at=now)
    assert all(fact.revision is None for fact in quick_facts.of(platform))


def test_the_facts_cost_two_queries_however_many_documents(change, now, django_assert_num_queries):  # noqa: F811
    with django_assert_num_queries(2):
        quick_facts.of(change.document.platform)


def test_what_was_withdrawn_is_no_fact(change, source, now):  # noqa: F811
    world.serve(source, world.terms(c7="You pay in advance, each month, by card."), at=now - timedelta(days=1))
    facts = {fact.type.key: fact for fact in quick_facts.of(change.document.platform)}
    assert facts["mandatory_arbitration"].revision is None
