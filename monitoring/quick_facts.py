"""What a platform's documents say on the five questions that everyone asks first, each with its words and its day."""

from dataclasses import dataclass
from datetime import datetime

from monitoring import knowledge, provisions
from monitoring.models import Document, Platform, Revision

_RANKED = (
    "provision__provision_type", "provision__document__region", "provision__document__audience", "stance", "confidence", "pk",
)  # fmt: skip
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
    """Return the five facts in their order. Two queries: which documents speak to them, and the words of the chosen.

    Of several documents the one for everyone speaks before that of a region or audience, a settled stance before an
    unclear one, the surer before the less sure.
    """
    rows = Revision.objects.filter(
        provision__document__platform=platform,
        provision__document__retired_at=None,
        provision__provision_type__in=ASKED,
    )
    spoken: dict[str, list[tuple[bool, bool, float, int]]] = {key: [] for key in ASKED}
    for key, region, audience, stance, confidence, pk in rows.standing().order_by("id").values_list(*_RANKED):
        spoken[key].append((bool(region or audience), stance == "unclear", -confidence, pk))
    chosen = {key: min(those)[-1] for key, those in spoken.items() if those}
    words = Revision.objects.with_provision().select_related("version").in_bulk(chosen.values())
    return tuple(_fact(key, words.get(chosen.get(key, 0)), len(spoken[key])) for key in ASKED)


def said_in(document: Document) -> tuple[Revision, ...]:
    """Return what a document says today, type by type in the order of the taxonomy, without its text. One query."""
    spoken = Revision.objects.filter(provision__document=document).standing().select_related("provision")
    rows = list(spoken.only("stance", "observed_at", "provision__provision_type"))
    for row in rows:
        row.provision.document = document
    order = list(knowledge.taxonomy().types)
    return tuple(sorted(rows, key=lambda row: order.index(row.provision.provision_type)))


def _fact(key: str, row: Revision | None, number: int) -> Fact:
    asked = knowledge.taxonomy().types[key]
    if row is None:
        return Fact(asked)
    return Fact(asked, row, provisions.quote(row), row.observed_at, number - 1)
