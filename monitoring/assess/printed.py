"""An Assessment as plain text, in the order of the page: what `manage.py assess --example` prints."""

from __future__ import annotations

from collections.abc import Sequence

from .assessment import Assessment


def printed(assessment: Assessment) -> str:
    """Return the assessment as titled paragraphs; the notice stands last."""
    parts = (
        ("SUMMARY", assessment.summary),
        ("WHY IT MATTERS", assessment.why_it_matters),
        ("CONSUMER IMPACT", assessment.consumer_impact),
        ("REGULATORY LANDSCAPE", assessment.regulatory_landscape),
        ("GOVERNANCE EXPOSURE", assessment.governance_exposure),
        ("JURISDICTION FLAGS", assessment.jurisdiction_text),
        ("CONTRACT AND VENDOR IMPLICATIONS", assessment.contract_and_vendor),
        ("COMPLIANCE CONSIDERATIONS", _numbered(assessment.compliance_considerations)),
        ("CITATIONS", "; ".join(reference.obligation.citation for reference in assessment.references) or "none"),
        ("ENFORCEMENT RISK", assessment.enforcement_text),
        ("DUE-DILIGENCE ACTIONS", _numbered(assessment.actions)),
        ("TO CHECK AGAIN", "; ".join(assessment.recheck) or "nothing"),
        ("NOTICE", assessment.notice),
    )
    return "\n\n".join(f"{title}\n{text}" for title, text in parts)


def _numbered(lines: Sequence[str]) -> str:
    return " ".join(f"({number}) {line}" for number, line in enumerate(lines, 1))
