import pytest

from monitoring.classify import numbers

PERIODS = [
    ("thirty (30) days", 30),
    ("forty-five days", 45),
    ("seventy-two hours", 3),
    ("two weeks", 14),
    ("12 months", 365),
    ("1 rolling year", 365),
    ("five years", 1825),
]


@pytest.mark.parametrize(("text", "days"), PERIODS)
def test_days_reads_figures_and_words(text, days):
    match = numbers.PERIOD.search(text)
    assert match is not None
    assert numbers.days(match) == days


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("us$ 100", "USD 100"),
        ("€500", "EUR 500"),
        ("one hundred dollars", "USD 100"),
        ("10.000 euros", "EUR 10000"),
        ("100.50 dollars", "USD 100"),
        ("see 5.2.1 dollars", "USD 5"),
        (f"{'9' * 400} dollars", f"USD {'9' * 31}"),
    ],
)
def test_money_names_the_currency(text, money):
    match = numbers.MONEY.search(text)
    assert match is not None
    assert numbers.money(match) == money
