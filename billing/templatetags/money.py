"""{{ cents|money:"usd" }}: an amount as people write it."""

from django import template

from billing.views.pricing import dollars

register = template.Library()


@register.filter
def money(cents: int, currency: str) -> str:
    """Return "$12.50", "−$3" for a credit, and "12.50 EUR" for what is not in dollars."""
    sign = "−" if cents < 0 else ""
    if currency == "usd":
        return f"{sign}{dollars(abs(cents))}"
    return f"{sign}{abs(cents) / 100:,.2f} {currency.upper()}"
