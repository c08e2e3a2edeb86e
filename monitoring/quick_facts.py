"""What a platform's documents say on the five questions that everyone asks first, each with its words and its day."""

from dataclasses import dataclass
from datetime import datetime

from monitoring import knowledge, provisions
from monitoring.models import Document, Platform, Revision, Version

ASKED = ("model_training_use", "data_retention", "mandatory_arbitration", "class_action_waiver", "age_eligibility")


@dataclass(frozen=True, slots=True)
class Fact:
    """The answer to one question. `revision` and `quote` are None where no document was found to answer it.

    since: from when on the text has said this. others: how many more documents of the platform speak to it.
    """

    type: knowledge.ProvisionType
    revision: Revision | None = None
    quote: provisions.Quote | None = None
    since: datetime | None = None
    others: int = 0

    @property
    def meaning(self) -> str:
        """The position taken: completes "The text …"; "" where there is none."""
        return self.type.stance(self.revision.stance).meaning if self.revision else ""

    @property
    def clause(self) -> str:
        """The path of the clause that the quote is from."""
        return self.revision.version.outline[self.quote.clause][1] if self.revision and self.quote else ""


def of(platform: Platform) -> tuple[Fact, ...]:
    """Return the five facts in their order. Two queries.

    Of several documents the one for everyone speaks before that of a region or audience, a settled stance before an
    unclear one, the surer before the less sure.
    """
    rows = Revision.objects.filter(
        provision__document__platform=platform,
        provision__document__retired_at=None,
        provision__provision_type__in=ASKED,
    )
    found = list(rows.standing().with_provision().order_by("id"))
    chosen = {key: min(those, key=_rank) for key in ASKED if (those := _of_type(found, key))}
    texts = Version.objects.in_bulk([row.version_id for row in chosen.values()])
    return tuple(_fact(key, chosen.get(key), texts, len(_of_type(found, key))) for key in ASKED)


def said_in(document: Document) -> tuple[Revision, ...]:
    """Return what a document says today, type by type in the order of the taxonomy, without its text. One query."""
    rows = list(Revision.objects.filter(provision__document=document).standing().select_related("provision"))
    for row in rows:
        row.provision.document = document
    order = list(knowledge.taxonomy().types)
    return tuple(sorted(rows, key=lambda row: order.index(row.provision.provision_type)))


def _of_type(rows: list[Revision], key: str) -> list[Revision]:
    return [row for row in rows if row.provision.provision_type == key]


def _rank(row: Revision) -> tuple[bool, bool, float]:
    document = row.provision.document
    return bool(document.region or document.audience), row.stance == "unclear", -row.confidence


def _fact(key: str, row: Revision | None, texts: dict[int, Version], number: int) -> Fact:
    asked = knowledge.taxonomy().types[key]
    if row is None:
        return Fact(asked)
    row.version = texts[row.version_id]
    return Fact(asked, row, provisions.quote(row), row.observed_at, number - 1)
