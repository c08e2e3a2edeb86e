"""What operators make of a Proposal. The catalog itself stays files in git: accepting hands out what to write there."""

from datetime import datetime

from accounts.models import User
from monitoring import discovery
from monitoring.models import Proposal


class ProposalClosed(Exception):
    """A proposal that was decided or settled in the meantime."""


def accept(*, proposal: Proposal, operator: User, note: str, now: datetime) -> None:
    """Record that the catalog shall say so. Raises ProposalClosed."""
    _close(proposal, Proposal.Closing.ACCEPTED, operator, note, now)


def dismiss(*, proposal: Proposal, operator: User, note: str, now: datetime) -> None:
    """Record that this is nothing to read; it is not proposed again. Raises ProposalClosed."""
    _close(proposal, Proposal.Closing.DISMISSED, operator, note, now)


def snippet(proposal: Proposal) -> str:
    """Return what to write into the platform's declaration file: an entry, or the lines to change (-, +)."""
    if proposal.source is None:
        return discovery.declaration(url=proposal.url, terms_type=proposal.terms_type, title=proposal.title)
    if proposal.kind == Proposal.Kind.MOVED:
        return f'-  "fetch": "{proposal.source.url}"\n+  "fetch": "{proposal.url}"'
    return f'-  "fetch": "{proposal.url}"'


def _close(proposal: Proposal, closing: Proposal.Closing, operator: User, note: str, now: datetime) -> None:
    rows = Proposal.objects.open().filter(pk=proposal.pk)
    if not rows.update(closed_at=now, closed_as=closing, closed_by=operator, note=note):
        raise ProposalClosed("This proposal was decided or settled in the meantime.")
