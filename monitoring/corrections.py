"""A reading contested: anybody says what is wrong and why, an operator decides once, and the log is public."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts import mail
from accounts.models import User
from monitoring.models import Correction, Revision


class CorrectionDecided(ValueError):
    """Raised by `decide`: somebody else has decided already, and a decision is never changed."""


def contest(*, revision: Revision, fault: Correction.Fault, reason: str, email: str, now: datetime) -> Correction:
    """Write down what a reader finds wrong with the reading of a Revision."""
    return Correction.objects.create(revision=revision, fault=fault, reason=reason, email=email, created_at=now)


@transaction.atomic
def decide(
    *, correction: Correction, outcome: Correction.Outcome, answer: str, operator: User, now: datetime
) -> Correction:
    """Decide a correction for good and tell the reader who left an address. Raises CorrectionDecided.

    Upheld, the answer stands on the provision's page: the row of the reading stays as it was read, and the next revision of
    the taxonomy reads it again.
    """
    waiting = Correction.objects.filter(pk=correction.pk, outcome="")
    if not waiting.update(outcome=outcome, answer=answer, decided_by=operator, decided_at=now):
        raise CorrectionDecided(f"correction {correction.pk} has been decided already; reload the page to see how")
    correction.refresh_from_db()
    if correction.email:
        transaction.on_commit(lambda: _tell(correction), robust=True)
    return correction


def _tell(correction: Correction) -> None:
    mail.message("correction", to=[correction.email], context={"correction": correction}).send()


def upheld(revision: Revision) -> QuerySet[Correction]:
    """Return what was found wrong with this very reading, the latest first."""
    return revision.corrections.decided().filter(outcome=Correction.Outcome.UPHELD)
