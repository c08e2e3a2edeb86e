"""python -m billing.fake_stripe --port 8002 --webhook http://localhost:8000/webhooks/stripe/ --file var/stripe.json"""

import argparse
import signal
from pathlib import Path

from billing.fake_stripe.server import FakeStripe


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for Stripe on this machine. No money moves.")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--webhook", default="", metavar="URL", help="where events are sent")
    parser.add_argument("--secret", default="whsec_fake", help="what they are signed with")
    parser.add_argument("--file", type=Path, help="where customers and subscriptions are kept between runs")
    given = parser.parse_args()
    fake = FakeStripe(port=given.port, webhook_url=given.webhook, webhook_secret=given.secret, file=given.file).start()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    fake.stop()


if __name__ == "__main__":
    main()
