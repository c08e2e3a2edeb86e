"""How provisions, the taxonomy and the regulation library go out: the schema of their answers, and rows as plain values."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing import entitlements
from billing.plans import Feature
from monitoring import assess, knowledge, provisions
from monitoring.api.shapes import ChangeWithEdits, Notice
from monitoring.models import Change, Revision


class Quotation(serializers.Serializer[Any]):
    """The very words of a version at [start, end), in code points; `clause` is an index of the version's clauses."""

    version = serializers.IntegerField()
    clause = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField()


class Exposed(serializers.Serializer[Any]):
    score = serializers.IntegerField(help_text="0 to 100")
    level = serializers.ChoiceField(choices=[level.name for level in knowledge.taxonomy().levels])


class CarveOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    phrase = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class ParameterShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.JSONField()
    unit = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class Reading(serializers.Serializer[Any]):
    """What a text says on a type: the part that a provision and the two sides of a movement share."""

    stance = serializers.CharField()
    meaning = serializers.CharField(help_text='completes "the text …"')
    carveouts = CarveOut(many=True)
    parameters = ParameterShape(many=True)
    exposure = Exposed(allow_null=True)
    version = serializers.IntegerField()
    observed_at = serializers.DateTimeField()


class ProvisionShape(Reading):
    """What one document says on one provision type today."""

    id = serializers.IntegerField()
    public_id = serializers.CharField()
    provision_type = serializers.CharField()
    platform = serializers.SlugField()
    document = serializers.IntegerField()
    document_name = serializers.CharField()
    direction = serializers.ChoiceField(choices=Revision.Direction.choices, help_text="of its last revision")
    confidence = serializers.FloatField(help_text="calibrated, 0 to 1")
    reason = serializers.CharField()
    taxonomy = serializers.CharField()
    citation = Quotation(allow_null=True)
    page = serializers.URLField()


class RevisionShape(serializers.Serializer[Any]):
    """One event of a provision. `before` and `after` are null where it is new or was withdrawn."""

    fate = serializers.ChoiceField(choices=Revision.Fate.choices)
    direction = serializers.ChoiceField(choices=Revision.Direction.choices)
    altered = serializers.ListField(child=serializers.CharField())
    observed_at = serializers.DateTimeField()
    change = serializers.IntegerField(allow_null=True)
    before = Reading(allow_null=True)
    after = Reading(allow_null=True)


class PointShape(serializers.Serializer[Any]):
    condition = serializers.CharField()
    points = serializers.IntegerField()
    reason = serializers.CharField()


class ObligationCited(serializers.Serializer[Any]):
    key = serializers.CharField()
    citation = serializers.CharField()
    jurisdiction = serializers.CharField()
    status = serializers.CharField(help_text="empty when in force")
    verify = serializers.CharField(help_text="what to confirm before relying on it; may be empty")


class Institutional(serializers.Serializer[Any]):
    regulatory_landscape = serializers.CharField()
    governance_exposure = serializers.CharField()
    jurisdiction_flags = serializers.CharField()
    contract_and_vendor = serializers.CharField()
    compliance_considerations = serializers.ListField(child=serializers.CharField())
    citations = ObligationCited(many=True)
    enforcement_risk = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())


class AssessmentShape(serializers.Serializer[Any]):
    summary = serializers.CharField()
    why_it_matters = serializers.CharField()
    consumer_impact = serializers.CharField()
    trace = PointShape(many=True, help_text="the arithmetic of the exposure")
    institutional = Institutional(allow_null=True, help_text="Professional; null on other plans")


class OneProvisionShape(ProvisionShape):
    """A provision with its history and its composed reading; a withdrawn one shows what it said last."""

    notice = Notice()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    first_seen_at = serializers.DateTimeField(allow_null=True)
    revisions = RevisionShape(many=True)
    assessment = AssessmentShape()


class MovementShape(serializers.Serializer[Any]):
    """What a change did to one provision."""

    provision = serializers.IntegerField()
    provision_type = serializers.CharField()
    fate = serializers.ChoiceField(choices=Revision.Fate.choices)
    direction = serializers.ChoiceField(choices=Revision.Direction.choices)
    before = Reading(allow_null=True)
    after = Reading(allow_null=True)
    obligations = ObligationCited(many=True, allow_null=True, help_text="Professional; null on other plans")


class ChangeWithProvisions(ChangeWithEdits):
    """A change with its structured summary, its edits, and what it did to the provisions of its document."""

    provisions = serializers.SerializerMethodField()

    class Meta:
        model = Change
        fields = (*ChangeWithEdits.Meta.fields, "provisions")
        read_only_fields = fields

    @extend_schema_field(MovementShape(many=True))
    def get_provisions(self, change: Change) -> list[dict[str, Any]]:
        now, organization = timezone.now(), getattr(self.context["request"], "organization", None)
        may_map = entitlements.includes(organization, Feature.REGULATORY_MAPPING, now=now)
        return [
            {
                "provision": moved.provision.pk,
                "provision_type": moved.provision.provision_type,
                **movement(moved),
                "obligations": [cited(each) for each in provisions.bearing(moved, on=now.date())] if may_map else None,
            }
            for moved in provisions.touched(change)
        ]


class StanceShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True, help_text="1 is best for users; null is unclear")
    meaning = serializers.CharField()


class TypeShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    group = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    include = serializers.CharField()
    exclude = serializers.CharField()
    stances = StanceShape(many=True)
    carveouts = serializers.JSONField(help_text="key and phrase of each exception that is read")
    parameters = serializers.JSONField(help_text="name and kind of each number or name that is read")
    exposure = serializers.JSONField(help_text="base and weights")
    regulations = serializers.ListField(child=serializers.CharField())


class TaxonomyShape(serializers.Serializer[Any]):
    version = serializers.CharField()
    groups = serializers.JSONField()
    levels = serializers.JSONField()
    modifiers = serializers.JSONField()
    critical_gate = serializers.ListField(child=serializers.CharField())
    silent_on = serializers.ListField(child=serializers.CharField())
    types = TypeShape(many=True)


class RegulationShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    instrument = serializers.CharField()
    citation = serializers.CharField()
    jurisdictions = serializers.ListField(child=serializers.CharField())
    kind = serializers.CharField()
    duty = serializers.CharField()
    in_force = serializers.DateField(allow_null=True)
    status = serializers.CharField()
    regulator = serializers.CharField()
    max_penalty = serializers.CharField()
    penalty_basis = serializers.CharField()
    private_right_of_action = serializers.BooleanField()
    penalty_tier = serializers.IntegerField()
    source_url = serializers.CharField()
    applies_when = serializers.CharField()
    next_date = serializers.DateField(allow_null=True)
    confidence = serializers.CharField()
    verify = serializers.CharField(allow_null=True, help_text="what to confirm before relying on it")
    provision_types = serializers.ListField(child=serializers.CharField())


class LibraryShape(serializers.Serializer[Any]):
    notice = Notice()
    version = serializers.CharField()
    as_of = serializers.DateField()
    regulations = RegulationShape(many=True)


def provision(row: Revision, quote: provisions.Quote | None) -> dict[str, Any]:
    """Return a provision as its Revision `row` says it; with_provision() loads what is needed."""
    document = row.provision.document
    return {
        "id": row.provision_id,
        "public_id": row.provision.public_id,
        "provision_type": row.provision.provision_type,
        "platform": document.platform.slug,
        "document": document.pk,
        "document_name": document.name,
        "direction": row.direction,
        "confidence": row.confidence,
        "reason": row.reason,
        "taxonomy": row.taxonomy,
        **_said(row, row.provision.type),
        "citation": _citation(row, quote),
        "page": f"{settings.SITE_URL}{row.provision.get_absolute_url()}",
    }


def reading(row: Revision | None, kind: knowledge.ProvisionType) -> dict[str, Any] | None:
    """Return one side of a movement; None where there is none, or where it said nothing."""
    return _said(row, kind) if row is not None and row.stance else None


def _said(row: Revision, kind: knowledge.ProvisionType) -> dict[str, Any]:
    return {
        "stance": row.stance,
        "meaning": kind.stance(row.stance).meaning,
        "carveouts": [{**carveout, "phrase": kind.phrase(carveout["key"])} for carveout in row.carveouts],
        "parameters": row.parameters,
        "exposure": None if row.score is None else {"score": row.score, "level": row.level},
        "version": row.version_id,
        "observed_at": row.observed_at,
    }


def _citation(row: Revision, quote: provisions.Quote | None) -> dict[str, Any] | None:
    if quote is None:
        return None
    return {
        "version": row.version_id,
        "clause": quote.clause,
        "start": quote.start,
        "end": quote.end,
        "quote": quote.text,
    }


def movement(moved: provisions.Movement) -> dict[str, Any]:
    """Return what a change did to a provision, without what the law has to say on it."""
    return {
        "fate": moved.fate,
        "direction": moved.direction,
        "before": reading(moved.before, moved.type),
        "after": reading(moved.after, moved.type),
    }


def cited(reference: assess.Reference) -> Mapping[str, str]:
    """Return an entry of the library as a provision cites it."""
    entry = reference.obligation
    names = {"key": entry.key, "citation": entry.citation, "verify": entry.verify}
    return names | {"jurisdiction": reference.jurisdiction, "status": reference.status}


def assessment(found: assess.Assessment, *, is_whole: bool) -> dict[str, Any]:
    """Return the composed reading; its institutional part only where the plan has it."""
    return {
        "summary": found.summary,
        "why_it_matters": found.why_it_matters,
        "consumer_impact": found.consumer_impact,
        "trace": [asdict(point) for point in found.exposure.trace],
        "institutional": _institutional(found) if is_whole else None,
    }


def _institutional(found: assess.Assessment) -> dict[str, Any]:
    return {
        "regulatory_landscape": found.regulatory_landscape,
        "governance_exposure": found.governance_exposure,
        "jurisdiction_flags": found.jurisdiction_text,
        "contract_and_vendor": found.contract_and_vendor,
        "compliance_considerations": list(found.compliance_considerations),
        "citations": [cited(reference) for reference in found.references],
        "enforcement_risk": found.enforcement_text,
        "actions": list(found.actions),
    }
