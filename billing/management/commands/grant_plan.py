"""manage.py grant_plan ORG PLAN [--until DATE] [--note TEXT]: an operator gives an organization a plan."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import organizations
from billing import plans, subscriptions


class Command(BaseCommand):
    help = "Give an organization a plan; `free` takes a granted plan back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", metavar="ORG", help="short name, number, or the owner's e-mail address")
        parser.add_argument("plan", metavar="PLAN", help=", ".join(plan.key for plan in plans.PLANS))
        parser.add_argument("--until", metavar="DATE", help="last day of the plan, as 2027-12-31 (default: no end)")
        parser.add_argument("--note", default="", help="why, for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        until = _last_day(options["until"], today=now.date())
        try:
            organization = organizations.find(options["organization"])
            plan = plans.named(options["plan"])
            subscriptions.grant(
                organization=organization, plan=plan, ends_at=_end_of(until), note=options["note"], now=now
            )
        except (LookupError, ValueError, subscriptions.StillPaying) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{organization.slug}: {plan.name}{f' until the end of {until}' if until else ''}")
        if settings.BILLING == "none":
            self.stdout.write(
                "note: with BILLING=none every organization has everything; the grant waits for another setting"
            )


def _last_day(text: str | None, *, today: date) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--until {text}: write a date as 2027-12-31") from None
    if day < today:
        raise CommandError(f"--until {text}: that day is past (today is {today})")
    return day


def _end_of(day: date | None) -> datetime | None:
    """Return the moment at which `day` is over in UTC; None stays None."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC) if day else None
