"""The records, in the order of the pipeline. Archive rows (Platform … Link) belong to nobody and are never updated, but
for Schedule. What operators decide (Rule … Proposal) is settled and never deleted. Tenant rows (Watchlist …
Acceptance, and Vote) belong to exactly one organization; a Request to nobody."""

from monitoring.models.acceptances import Acceptance
from monitoring.models.alerts import Alert, Attempt, Delivery, DeliveryItem, Matching
from monitoring.models.catalog import Document, Platform, Source
from monitoring.models.changes import Change, Edit, Significance
from monitoring.models.comparisons import Applicability, Comparison
from monitoring.models.corrections import Correction
from monitoring.models.evidence import Link
from monitoring.models.feeds import Feed
from monitoring.models.fetching import Fetch, Schedule
from monitoring.models.proposals import HubVisit, Proposal
from monitoring.models.provisions import Classification, Provision, Revision
from monitoring.models.requests import Request, Vote
from monitoring.models.reviews import Review, ReviewNote
from monitoring.models.rules import Decision, Rule
from monitoring.models.screenings import Screening
from monitoring.models.snapshots import Blob, Certificate, Snapshot
from monitoring.models.versions import Clause, Version
from monitoring.models.watching import CADENCES, Channel, Recipient, Watch, Watchlist

__all__ = [  # noqa: RUF022 - the order of the pipeline
    "CADENCES",
    "Platform",
    "Document",
    "Source",
    "Schedule",
    "Fetch",
    "Blob",
    "Certificate",
    "Snapshot",
    "Screening",
    "Version",
    "Clause",
    "Change",
    "Edit",
    "Significance",
    "Provision",
    "Revision",
    "Classification",
    "Link",
    "Rule",
    "Decision",
    "Correction",
    "HubVisit",
    "Proposal",
    "Applicability",
    "Comparison",
    "Watchlist",
    "Watch",
    "Channel",
    "Recipient",
    "Feed",
    "Matching",
    "Alert",
    "Delivery",
    "DeliveryItem",
    "Attempt",
    "Review",
    "ReviewNote",
    "Acceptance",
    "Request",
    "Vote",
]
