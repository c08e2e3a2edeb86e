"""What platforms say on the same provision types, beside each other; silence and what could not be read stand apart.

A platform speaks through several documents. Its cell shows the one that leaves users least, and says when others differ:
a comparison that showed the friendliest text would flatter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, Exists, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from monitoring import knowledge, provisions
from monitoring.assess import obligations
from monitoring.models import Classification, Document, Platform, Provision, Revision

SHADES = 4  # of the patterns beside colour: 0 leaves users most, 4 least
RARE = 0.1
COMPARED = 40  # documents, of which the nearest peers are taken


class State(StrEnum):
    STATED = "stated"
    SILENT = "silent"  # its documents were read, and none has such a clause
    UNDETERMINED = "undetermined"  # nothing was read: not captured yet, or in a language the taxonomy does not know


@dataclass(frozen=True, slots=True)
class Said:
    """What one document says on one type, without the words: a Revision and where it stands."""

    revision_id: int
    provision_type: str
    stance: str
    carveouts: int
    score: int
    level: str
    direction: str
    confidence: float
    observed_at: datetime
    document_id: int
    document: str
    document_slug: str
    terms_type: str
    audience: str
    region: str
    platform_id: int
    platform: str
    platform_slug: str
    category: str

    @property
    def type(self) -> knowledge.ProvisionType:
        return knowledge.taxonomy().types[self.provision_type]

    @property
    def meaning(self) -> str:
        return self.type.stance(self.stance).meaning

    @property
    def position(self) -> str:
        """What a table calls the stance."""
        return self.type.stance(self.stance).name

    @property
    def rank(self) -> int | None:
        """1 is best for users; None where the wording does not settle the stance."""
        return self.type.stance(self.stance).rank

    @property
    def shade(self) -> int | None:
        """The rank on a scale from 0 to SHADES, whatever the number of stances; None where it is unclear."""
        return shade(self.type, self.rank)

    @property
    def own_name(self) -> str:
        """The document's name without the platform's before it, for use beside that."""
        return self.document.removeprefix(f"{self.platform} ").strip() or self.document

    @property
    def url(self) -> str:
        return reverse("monitoring:provision", args=[self.platform_slug, self.document_slug, self.provision_type])


_SPOKEN = (
    "pk", "provision__provision_type", "stance", "number", "score", "level", "direction", "confidence", "observed_at",
    "provision__document",
)  # fmt: skip
_DOCUMENT = (
    "pk", "name", "slug", "terms_type", "audience", "region", "platform", "platform__name", "platform__slug",
    "platform__category",
)  # fmt: skip
_FEW = 1000  # documents: more are not named to the database one by one


@dataclass(frozen=True, slots=True)
class Cell:
    """What a platform says on a type: the document that leaves users least, and the others that speak to it."""

    state: State
    said: Said | None = None
    others: tuple[Said, ...] = ()

    @property
    def alike(self) -> tuple[Said, ...]:
        """Its other documents that take the same position."""
        return tuple(other for other in self.others if self.said and other.stance == self.said.stance)

    @property
    def unlike(self) -> tuple[Said, ...]:
        """Its other documents that take another position."""
        return tuple(other for other in self.others if self.said and other.stance != self.said.stance)

    @property
    def differs(self) -> bool:
        return any(self.said and other.stance != self.said.stance for other in self.others)


@dataclass(frozen=True, slots=True)
class Row:
    """A platform with a cell for each type asked for; how many of its documents were read, and when last checked."""

    platform: Platform
    cells: tuple[Cell, ...]
    documents: int
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Adoption:
    """How many platforms take which position on a type. `stances`: all of the type, in order, "unclear" last."""

    type: knowledge.ProvisionType
    stances: tuple[tuple[knowledge.Stance, int], ...]
    silent: int
    undetermined: int

    @property
    def stated(self) -> int:
        return sum(number for _, number in self.stances)

    @property
    def read(self) -> int:
        """How many platforms were read, whether they speak to it or not."""
        return self.stated + self.silent

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((number for _, number in self.stances), default=0)

    def holding(self, stance: str) -> int:
        return next((number for each, number in self.stances if each.key == stance), 0)

    def is_alone(self, stance: str) -> bool:
        """Whether one platform takes this position and at least two others take another."""
        return self.holding(stance) == 1 and self.stated > 2

    def is_rare(self, stance: str) -> bool:
        """Whether fewer than one in ten of those that speak to it take this position."""
        return 0 < self.holding(stance) < RARE * self.stated


@dataclass(frozen=True, slots=True)
class Peer:
    """Another platform's provision of the same type, and why it is shown."""

    said: Said
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents and which moment a comparison is about; everything at its default: all of them, today."""

    at: datetime | None = None
    audience: str = ""
    documents: QuerySet[Document] = field(default_factory=lambda: Document.objects.filter(organization=None))

    def chosen(self, platforms: Iterable[int] | QuerySet[Platform] | None) -> QuerySet[Document]:
        rows = self.documents
        if self.at is None:
            rows = rows.filter(retired_at=None)
        if self.audience:
            rows = rows.filter(audience__in=("", self.audience))
        return rows if platforms is None else rows.filter(platform__in=platforms)


def matrix(platforms: Sequence[Platform], types: Sequence[str], *, choice: Choice | None = None) -> tuple[Row, ...]:
    """Return a Row for each platform, with cells in the order of `types`. Three queries, however many there are."""
    chosen = choice or Choice()
    ids = [platform.pk for platform in platforms]
    spoken: dict[tuple[int, str], list[Said]] = defaultdict(list)
    for said in said_on(types, platforms=ids, choice=chosen):
        spoken[said.platform_id, said.provision_type].append(said)
    looked = _looked(ids, chosen)
    return tuple(
        Row(
            platform,
            tuple(_cell(spoken.get((platform.pk, key), ()), looked.get(platform.pk, (0, None))[0]) for key in types),
            *looked.get(platform.pk, (0, None)),
        )
        for platform in platforms
    )


def said_on(
    types: Iterable[str], *, platforms: Iterable[int] | None = None, choice: Choice | None = None
) -> tuple[Said, ...]:
    """Return what documents say on these types, of these platforms or of all that are current. Two queries, no texts."""
    chosen = choice or Choice()
    return _said_in(chosen.chosen(platforms).order_by(), types, chosen.at)


def _said_in(rows: QuerySet[Document], types: Iterable[str], at: datetime | None) -> tuple[Said, ...]:
    """Return what these documents say on these types. Two queries."""
    documents = {row[0]: row[1:] for row in rows.values_list(*_DOCUMENT)}
    revisions = Revision.objects.filter(provision__provision_type__in=list(types)).standing(at)
    if len(documents) <= _FEW:
        revisions = revisions.filter(provision__document__in=list(documents))
    return _said(revisions.order_by(), documents)


def _said(rows: QuerySet[Revision], documents: Mapping[int, tuple[Any, ...]]) -> tuple[Said, ...]:
    """Return `rows` in their order, those of `documents` only. Joined here: the planner misjudges how many there are."""
    number = Func("carveouts", function="jsonb_array_length", output_field=IntegerField())
    spoken = rows.annotate(number=number).values_list(*_SPOKEN)
    return tuple(Said(*row, *documents[row[-1]]) for row in spoken if row[-1] in documents)


def _looked(platforms: Iterable[int], choice: Choice) -> dict[int, tuple[int, datetime | None]]:
    """Return by platform how many of its documents were read for provisions, and when one was last checked."""
    read = Classification.objects.filter(version__document=OuterRef("pk"))
    if choice.at is not None:
        read = read.filter(version__observed_at__lte=choice.at)
    rows = choice.chosen(platforms).filter(Exists(read)).order_by()
    checked = rows.annotate(checked_at=Max("sources__schedule__last_success_at")).values_list("platform", "checked_at")
    found: dict[int, tuple[int, datetime | None]] = {}
    for platform, at in checked:
        number, latest = found.get(platform, (0, None))
        found[platform] = number + 1, max(filter(None, (latest, choice.at or at)), default=None)
    return found


def _cell(spoken: Sequence[Said], documents: int) -> Cell:
    if not spoken:
        return Cell(State.SILENT if documents else State.UNDETERMINED)
    first, *others = sorted(spoken, key=_foremost)
    return Cell(State.STATED, first, tuple(others))


def _foremost(said: Said) -> tuple[bool, int, int, float]:
    """Settled before unclear, then what leaves users least, then what weighs most, then what is surest."""
    return (said.rank is None, -(said.rank or 0), -said.score, -said.confidence)


def shade(row: knowledge.ProvisionType, rank: int | None) -> int | None:
    """Return a rank of this type on a scale from 0 (leaves users most) to SHADES; None for no rank."""
    lowest = max((stance.rank or 0) for stance in row.stances)
    return None if rank is None else round((rank - 1) / max(lowest - 1, 1) * SHADES)


def adoption(key: str, positions: Mapping[int, str], missing: Iterable[Row] = ()) -> Adoption:
    """Return how many platforms take which position on a type.

    positions: of `positions`. missing: those that have none, one cell each, silent or not determined.
    """
    counts, without = Counter(positions.values()), Counter(row.cells[0].state for row in missing)
    row = knowledge.taxonomy().types[key]
    return Adoption(
        row,
        tuple((stance, counts[stance.key]) for stance in row.stances),
        silent=without[State.SILENT],
        undetermined=without[State.UNDETERMINED],
    )


def positions(key: str, *, platforms: QuerySet[Platform] | None = None, choice: Choice | None = None) -> dict[int, str]:
    """Return by platform the position that its cell shows; those that say nothing are left out. One query, no texts."""
    of = Provision.objects.filter(provision_type=key, document__in=(choice or Choice()).chosen(platforms).values("pk"))
    rows = Revision.objects.standing(choice.at if choice else None).filter(provision__in=of)
    ranks = [
        When(stance=each.key, then=Value(each.rank)) for each in knowledge.taxonomy().types[key].stances if each.rank
    ]
    foremost = (
        "provision__document__platform",
        F("rank").desc(nulls_last=True),
        "-score",
        "-confidence",
    )  # as _foremost
    rows = rows.annotate(rank=Case(*ranks, default=None, output_field=IntegerField())).order_by(*foremost)
    return dict(rows.distinct("provision__document__platform").values_list("provision__document__platform", "stance"))


def counts(
    types: Iterable[str] | None = None, *, platforms: QuerySet[Platform] | None = None, choice: Choice | None = None
) -> Mapping[str, int]:
    """Return by provision type how many platforms speak to it. One query."""
    chosen = choice or Choice()
    of = Provision.objects.filter(document__in=chosen.chosen(platforms).values("pk"))
    if types is not None:
        of = of.filter(provision_type__in=list(types))
    rows = Revision.objects.standing(chosen.at).filter(provision__in=of).order_by()
    pairs = rows.values_list("provision__provision_type").annotate(
        number=Count("provision__document__platform", distinct=True)
    )
    return dict(pairs)


def bearing(obligation: knowledge.Obligation, *, most: int) -> tuple[Said, ...]:
    """Return the provisions of today that an entry of the library may bear on, by its types and places; weightiest first."""
    documents = Document.objects.filter(organization=None, retired_at=None)
    regions = documents.order_by().values_list("region", flat=True).distinct()
    here = [region for region in regions if obligations.overlaps(obligation, provisions.places_of(region))]
    of = Provision.objects.filter(
        provision_type__in=obligation.provision_types, document__in=documents.filter(region__in=here).values("pk")
    )
    rows = Revision.objects.standing().filter(provision__in=of).order_by("-score", "pk")[:most]
    spoken = documents.filter(provisions__in=[row.provision_id for row in rows]).order_by().distinct()
    return _said(rows, {row[0]: row[1:] for row in spoken.values_list(*_DOCUMENT)})


def peers(revision: Revision, *, choice: Choice | None = None, most: int = 3) -> tuple[Peer, ...]:
    """Return the provisions of other platforms that compare best, one a platform, most comparable first. Two queries.

    Only documents for the same readers are compared, and no more than COMPARED of those that come nearest by their kind.
    """
    own, key = revision.provision.document, revision.provision.provision_type
    chosen = choice or Choice()
    return nearest(own, _said_in(_comparable(own, key, chosen)[:COMPARED], [key], chosen.at))[:most]


def _comparable(own: Document, key: str, choice: Choice) -> QuerySet[Document]:
    """Return the documents of others, for the same readers, that speak to a type, those that come nearest first."""
    rows = choice.chosen(None).exclude(platform=own.platform_id)
    if own.audience:
        rows = rows.filter(audience__in=("", own.audience))
    speaks = Provision.objects.filter(document=OuterRef("pk"), provision_type=key)
    return rows.filter(Exists(speaks)).order_by(
        Case(When(terms_type=own.terms_type, then=0), default=1),
        Case(When(audience=own.audience, then=0), default=1),
        Case(When(~Q(platform__category="") & Q(platform__category=own.platform.category), then=0), default=1),
        Case(When(region=own.region, then=0), default=1),
        "platform__name",
        "pk",
    )


def nearest(own: Document, spoken: Iterable[Said]) -> tuple[Peer, ...]:
    """Return what is said by others for the readers of `own`, one a platform, most comparable first."""
    comparable = [s for s in spoken if s.platform_id != own.platform_id and _same_readers(s.audience, own.audience)]
    found: dict[int, Said] = {}
    for said in sorted(comparable, key=lambda s: (-_nearness(s, own), -s.confidence, s.platform)):
        found.setdefault(said.platform_id, said)
    return tuple(Peer(said, tuple(_why(said, own))) for said in found.values())


def _same_readers(one: str, other: str) -> bool:
    return one == other or "" in (one, other)


def _nearness(said: Said, own: Document) -> int:
    return (
        8 * (said.terms_type == own.terms_type)
        + 4 * (said.audience == own.audience)
        + 2 * (bool(said.category) and said.category == own.platform.category)
        + (said.region == own.region)
        + (said.rank is not None)
    )


def _why(said: Said, own: Document) -> Iterable[str]:
    if said.terms_type == own.terms_type:
        yield "document"
    if said.audience and said.audience == own.audience:
        yield "readers"
    if said.category and said.category == own.platform.category:
        yield "platform"
    if said.region and said.region == own.region:
        yield "region"
