"""manage.py stripe_prices: make the products and prices of the plans at Stripe. Run again, it changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing import gateway, plans


class Command(BaseCommand):
    help = "Make products and prices at Stripe as billing/plans.py has them; a changed price is made anew."

    def handle(self, **_: Any) -> None:
        if not settings.STRIPE_SECRET_KEY:
            raise CommandError("set STRIPE_SECRET_KEY: see docs/billing.md")
        for plan in (plan for plan in plans.PLANS if plan.price):
            for interval in gateway.INTERVALS:
                try:
                    outcome = gateway.ensure_price(plan, interval)
                except gateway.GatewayError as error:
                    raise CommandError(str(error)) from None
                self.stdout.write(f"{gateway.lookup_key(plan, interval)}: {outcome}")
