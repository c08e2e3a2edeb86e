"""What a watch would have told in the past: the same listening, over the Changes on record."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from monitoring import provisions, watch_rules, watchlists
from monitoring.alerts.audience import Heard, texts_of
from monitoring.models import Change, Document, Revision, Watch

# A phrase is looked for in the texts themselves: in so many of the latest changes.
CHANGES_READ = 60


def would_have_told(watch: Watch, *, documents: QuerySet[Document], since: datetime) -> Sequence[Change]:
    """Return the Changes of `documents` since then that `watch` (which need not be saved) would have told of, newest first.

    Two queries, three for a phrase, which reads the texts of the latest changes only.
    """
    rows = Change.objects.with_document().filter(
        document__in=documents,
        observed_at__gte=since,
        significance__in=_at_least(watch.minimum_significance),
    )
    if watch.kind in (Watch.Kind.RULE, Watch.Kind.PROVISION_TYPE):
        rows = rows.filter(Exists(_of_type(_type_of(watch))))
    elif watch.kind == Watch.Kind.SEARCH:
        rows = rows.with_versions().prefetch_related("edits")[:CHANGES_READ]
    changes = list(rows)
    movements = provisions.touched_by(changes)
    return [change for change in changes if _heard(change, movements[change.pk], watch)]


def _heard(change: Change, movements: Sequence[provisions.Movement], watch: Watch) -> bool:
    texts = texts_of(change) if watch.kind == Watch.Kind.SEARCH else ()
    return Heard(change, movements=movements, texts=texts).by(watch)


def _type_of(watch: Watch) -> str:
    return watch_rules.parse(watch.term).provision_type if watch.kind == Watch.Kind.RULE else watch.term


def _of_type(provision_type: str) -> QuerySet[Revision]:
    return Revision.objects.events().filter(version=OuterRef("after"), provision__provision_type=provision_type)


def _at_least(minimum: str) -> list[str]:
    ranks = [value.value for value in watchlists.WEIGHTIEST_FIRST]
    return ranks[: ranks.index(minimum) + 1]
