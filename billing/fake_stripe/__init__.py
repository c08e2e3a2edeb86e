"""A Stripe of one's own on loopback, for the demo and the tests: enough of it that library and browser go through.

No Django, nothing but the standard library. `python -m billing.fake_stripe --help`; what it can do is in README.md.
"""
