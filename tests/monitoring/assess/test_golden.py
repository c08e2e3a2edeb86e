"""One assessment a group of types, as printed; a person reads the difference before accepting it.

To accept: ACCEPT_GOLDEN=1 pytest tests/monitoring/assess/test_golden.py
"""

import os
from datetime import date
from pathlib import Path

import pytest

from monitoring import assess

FOLDER = Path(__file__).parent / "golden"
ON = date(2026, 11, 22)
SOURCE = assess.Source("Acme AI", "Terms of Service", "4", ("EU", "UK", "US"), "consumer", "all users")
FACTS = {
    "training_and_data_use": (
        "human_review_access",
        {"stance": "safety_and_improvement", "third_party_reviewers": True},
    ),
    "content_rights": ("content_license_grant", {"stance": "limited_to_providing_service", "covers_outputs": True}),
    "personal_data": (
        "data_retention",
        {"stance": "fixed_long", "retention_days": 730, "carveouts": ("flagged_content",)},
    ),
    "enterprise_controls": ("employer_admin_access", {"stance": "admin_access_disclosed", "audience": "business"}),
    "children_and_vulnerable": ("age_eligibility", {"stance": "teens_no_parental_rule", "age_min": 13}),
    "ai_transparency_safety": ("output_accuracy_disclaimer", {"stance": "warning_only"}),
    "moderation_and_account": ("suspension_termination", {"stance": "any_reason_no_notice", "sole_discretion": True}),
    "change_and_commercial": ("unilateral_terms_change", {"stance": "notice_advance_only", "notice_days": 30}),
    "liability_and_disputes": ("liability_cap", {"stance": "cap_nominal", "cap_amount": "USD 100", "cap_months": 1}),
}


@pytest.mark.parametrize("group", FACTS)
def test_an_assessment_reads_as_it_did(group):
    provision_type, values = FACTS[group]
    printed = assess.printed(assess.assess(assess.Facts(provision_type, values, {}), SOURCE, on=ON)) + "\n"
    path = FOLDER / f"{group}.txt"
    if os.environ.get("ACCEPT_GOLDEN"):
        path.write_text(printed, encoding="utf8")
    assert printed == path.read_text(encoding="utf8")
