import pytest

from billing import plans, subscriptions


def test_the_pricing_page_says_what_the_plans_say(client, db):
    page = client.get("/pricing/").content.decode()
    for plan in plans.PLANS:
        assert plan.name in page
    for text in ("Weekly digest", "The same day", "Within a minute", "Last 30 days", "Last year", "10,000", "$149"):
        assert text in page
    assert page.count('class="yes"') == sum(len(plan.features) + len(plan.watch_kinds) for plan in plans.PLANS)


def test_the_pricing_page_asks_a_visitor_nothing_of_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/pricing/").status_code == 200


@pytest.mark.parametrize("plan", plans.PLANS)
def test_the_plan_page_shows_the_plan_and_what_the_next_one_gives(client, alice, organization, now, plan):
    subscriptions.grant(organization=organization, plan=plan, now=now)
    client.force_login(alice)
    page = client.get("/settings/plan/").content.decode()
    assert f"<h1>{plan.name}</h1>" in page
    above = plans.next_above(plan)
    assert (above is None) or f"{above.name} watches up to {above.platforms} platforms" in page
    assert f"has {plan.name}" in client.get("/pricing/").content.decode()
