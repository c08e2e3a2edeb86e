"""python -m billing.fake_stripe --port 8002 --webhook http://localhost:8000/webhooks/stripe/ --file var/stripe.json"""

import argparse
import signal
from pathlib import Path

from billing import plans
from billing.fake_stripe import endpoints
from billing.fake_stripe.server import FakeStripe
from billing.fake_stripe.world import World


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for Stripe on this machine. No money moves.")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--webhook", default="", metavar="URL", help="where events are sent")
    parser.add_argument("--secret", default="whsec_fake", help="what they are signed with")
    parser.add_argument("--file", type=Path, help="where customers and subscriptions are kept between runs")
    parser.add_argument("--prices", action="store_true", help="have the prices of billing/plans.py from the start")
    given = parser.parse_args()
    fake = FakeStripe(port=given.port, webhook_url=given.webhook, webhook_secret=given.secret, file=given.file).start()
    if given.prices:
        make_prices(fake.world)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    fake.stop()


def make_prices(world: World) -> None:
    """Make what `manage.py stripe_prices` would, where it is missing."""
    have = {price["lookup_key"] for price in world.things["prices"].values()}
    for plan in plans.PLANS:
        if plan.price is None or f"{plan.key}_month" in have:
            continue
        named = {"id": f"conductatlas_{plan.key}", "name": f"ConductAtlas {plan.name}"}
        product = endpoints.create_product(world, named)["id"]
        for interval, cents in (("month", plan.price.monthly_cents), ("year", plan.price.annual_cents)):
            fields = {"product": product, "currency": plan.price.currency, "unit_amount": cents}
            fields |= {"recurring": {"interval": interval}, "lookup_key": f"{plan.key}_{interval}"}
            endpoints.create_price(world, fields | {"metadata": {"plan": plan.key}})
    world.save()


if __name__ == "__main__":
    main()
