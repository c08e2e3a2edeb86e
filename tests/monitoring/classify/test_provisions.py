import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import classify, segment

SAYS = [
    ("We do not use your prompts or files to train our models.", "model_training_use", "never"),
    (
        "We may use your content to train our models unless you opt out in your account settings.",
        "model_training_use",
        "opt_out",
    ),
    ("We only train models on your conversations if you opt in.", "model_training_use", "opt_in"),
    (
        "You grant us a perpetual, irrevocable licence to use your content for any purpose.",
        "content_license_grant",
        "perpetual_irrevocable",
    ),
    ("You own the outputs you generate.", "output_ownership", "assigned_unconditionally"),
    (
        "You may not use the outputs to develop models that compete with us.",
        "competitive_use_restriction",
        "no_competing_models",
    ),
    (
        "All disputes shall be resolved by binding arbitration, unless you opt out within 30 days.",
        "mandatory_arbitration",
        "mandatory_opt_out",
    ),
    (
        "You waive any right to a jury trial or to take part in a class action.",
        "class_action_waiver",
        "waiver_no_opt_out",
    ),
    (
        "We may terminate your account at any time, for any reason, without notice.",
        "suspension_termination",
        "any_reason_no_notice",
    ),
    (
        "By continuing to use the service after changes to these terms you accept them.",
        "unilateral_terms_change",
        "continued_use_no_notice",
    ),
    ("We do not sell your personal information.", "sale_and_targeted_ads", "no_sale_no_ads"),
    ("The service is provided “as is” without warranties of any kind.", "warranty_disclaimer", "disclaimed_absolutely"),
    (
        "Our total liability will not exceed the fees you paid in the twelve months before the claim.",
        "liability_cap",
        "cap_fees_or_more",
    ),
    ("Your conversations are retained for 30 days and then deleted.", "data_retention", "fixed_short"),
    ("You must be at least 18 years old to use the service.", "age_eligibility", "adults_only_declared"),
    (
        "The AI companion is not a substitute for therapy or mental health care.",
        "companion_crisis_safeguards",
        "disclaimer_only",
    ),
    (
        "Any claim must be brought within one year after it arose or it is forever barred.",
        "claims_time_limit",
        "one_year",
    ),
    (
        "Requests are sent to third-party model providers under zero data retention.",
        "third_party_model_routing",
        "disclosed_with_zero_retention",
    ),
]


@pytest.mark.parametrize(("text", "provision_type", "stance"), SAYS)
def test_paragraph_reads_type_and_stance(text, provision_type, stance):
    found = {finding.provision_type: finding.stance for finding in classify.paragraph(text)}
    assert found.get(provision_type) == stance, found


SILENT = [
    "“Services” means the products and tools that we offer.",
    "(h) “Restricted Country” means any country outside the EEA without an adequacy decision of the European Commission.",
    '2. "Customer Personal Data" means personal data submitted to the Services by the Customer, a controller.',
    "If a provision of these terms is invalid, the remainder stays in force.",
    "You may not assign these terms without our prior written consent.",
    "Contact us at the address below.",
    "These terms were last updated on 1 March.",
]


@pytest.mark.parametrize("text", SILENT)
def test_paragraph_is_silent_on_what_has_no_type(text):
    assert classify.paragraph(text) == ()


def test_a_rule_after_a_definition_is_read():
    text = "“Customer Data” means what the customer submits. We will not use Customer Data to train our models."
    assert "model_training_use" in {finding.provision_type for finding in classify.paragraph(text)}


def test_denial_is_a_stance_and_no_miss():
    (finding,) = (
        f for f in classify.paragraph("We never train on customer data.") if f.provision_type == "model_training_use"
    )
    assert finding.stance == "never"


def test_carve_outs_and_numbers_come_with_their_words():
    text = "You may opt out of binding arbitration within thirty (30) days. Small claims are excepted."
    (finding,) = (f for f in classify.paragraph(text) if f.provision_type == "mandatory_arbitration")
    assert finding.parameter("opt_out_days") == 30
    (days,) = (p for p in finding.parameters if p.name == "opt_out_days")
    assert (days.unit, text[days.span.start : days.span.end]) == ("days", "thirty (30) days")
    (small,) = (c for c in finding.carveouts if c.key == "small_claims")
    assert text[small.span.start : small.span.end] == "Small claims"


TERMS = """# Terms

## 4. Training

We may use your content to train our models, unless you opt out in your [account settings](https://example.org/s).

Even if you opt out, we use content that you attach to feedback, and content flagged for safety review.

## 9. Disputes

You agree to binding arbitration.
"""


def test_provisions_reads_the_section_and_not_the_paragraph_alone():
    findings = {f.provision_type: f for f in classify.provisions(TERMS, segment.clauses(TERMS))}
    training = findings["model_training_use"]
    assert training.stance == "opt_out"
    assert {carveout.key for carveout in training.carveouts} >= {"safety_review"}
    assert findings["mandatory_arbitration"].stance == "mandatory_no_opt_out"


LISTED = """# Data Processing Agreement

## 3. Retention

We keep customer data for 30 days after the contract ends.

## Annex: Sub-processors

| Company | Purpose | Place |
|---|---|---|
| Fernrow Cloud, Inc. | Hosting, training of models | United States |
| Mossgate Oy | Storage of logs for 90 days | Finland |
"""


def test_an_entry_of_a_list_of_sub_processors_is_that_and_nothing_else():
    findings = {f.provision_type: f for f in classify.provisions(LISTED, segment.clauses(LISTED))}
    assert findings.keys() == {"processor_terms_subprocessors", "data_retention"}
    found = findings["processor_terms_subprocessors"]
    entries = [LISTED[p.span.start : p.span.end] for p in found.passages]
    assert [entry.split(" |")[0] for entry in entries] == ["| Fernrow Cloud, Inc.", "| Mossgate Oy"]
    assert found.stance == "unclear"
    assert found.reason == "The passage is an entry of a list of sub-processors."
    assert findings["data_retention"].stated("retention_days") == (30,)


def test_a_row_of_names_and_numbers_says_nothing():
    text = "# Help\n\n| Country | Telephone |\n|---|---|\n| Austria | 0800 001180 |\n| Åland Islands | 0800 526683 |\n"
    assert classify.provisions(text, segment.clauses(text)) == ()


def test_a_rule_in_the_section_of_the_list_is_read_as_a_rule():
    ruled = LISTED + "\nWe announce each new sub-processor 30 days ahead, and you may object.\n"
    findings = {f.provision_type: f for f in classify.provisions(ruled, segment.clauses(ruled))}
    assert findings["processor_terms_subprocessors"].stance == "processor_with_objection_and_audit"


def test_a_clause_that_comes_back_says_the_same_at_its_new_place():
    classify.forget()
    first = classify.provisions(TERMS, segment.clauses(TERMS))
    moved = TERMS.replace("# Terms\n", "# Terms of Service\n\nWelcome to the terms.\n", 1)
    again = classify.provisions(moved, segment.clauses(moved))
    classify.forget()
    assert again == classify.provisions(moved, segment.clauses(moved))
    quotes = [
        [text[p.span.start : p.span.end] for f in found for p in f.passages]
        for text, found in ((TERMS, first), (moved, again))
    ]
    assert quotes[0] == quotes[1]


def test_every_quotation_stands_in_the_text():
    for finding in classify.provisions(TERMS, segment.clauses(TERMS)):
        spans = [*(p.span for p in finding.passages), *(s for p in finding.passages for s in p.evidence)]
        spans += [parameter.span for parameter in finding.parameters] + [
            carveout.span for carveout in finding.carveouts
        ]
        for span in spans:
            assert 0 <= span.start < span.end <= len(TERMS)
            assert TERMS[span.start : span.end].strip()


@settings(max_examples=40)
@given(st.text(max_size=400))
def test_provisions_never_fails_and_stays_inside_the_text(text):
    for finding in classify.provisions(text, segment.clauses(text)):
        assert all(0 <= p.span.start < p.span.end <= len(text) for p in finding.passages)
        assert 0 < finding.confidence <= 1


def test_rows_keep_ids_and_order():
    rows = list(
        classify.found([{"id": "b", "text": "We do not sell your personal data."}, {"id": "a", "text": "Hello."}])
    )
    assert [row["id"] for row in rows] == ["b", "a"]
    assert rows[0]["provision_types"] == ["sale_and_targeted_ads"]
    assert rows[1] == {"id": "a", "provision_types": [], "stance": {}, "confidence": {}, "reason": {}}


@pytest.mark.parametrize(
    "line", ["Revised November 17, 2026", "Last updated: 4 Nov 2026", "**Effective Date:** 1 March 2025"]
)
def test_a_line_that_only_tells_a_date_says_nothing(line):
    assert classify.paragraph(line) == ()
    text = f"{line}\n\nWe may revise these Terms at any time. Continued use means that you accept them."
    [finding] = classify.provisions(text, segment.clauses(text))
    assert (finding.provision_type, len(finding.passages)) == ("unilateral_terms_change", 1)


def test_a_type_that_is_expected_stays_where_it_would_not_be_found_anew():
    text = "Some features may go away."
    clauses = segment.clauses(text)
    assert classify.provisions(text, clauses) == ()
    [finding] = classify.provisions(text, clauses, expected={"service_modification", "data_retention"})
    assert finding.provision_type == "service_modification"
    assert finding.confidence < 0.35


def test_what_is_sure_of_a_type_that_is_expected_stands_without_what_is_not():
    text = (
        "We may change or discontinue features of the service at any time without notice.\n\nSome features may go away."
    )
    clauses = segment.clauses(text)
    assert classify.provisions(text, clauses, expected={"service_modification"}) == classify.provisions(text, clauses)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("We train models on conversations only on the free plan and only with consent.", "opt_in"),
        ("Our models are trained on your inputs and prompts.", "trains_by_default_no_choice"),
    ],
)
def test_whose_words_models_are_trained_on_is_read_without_a_possessive(text, stance):
    finding = next(found for found in classify.paragraph(text) if found.provision_type == "model_training_use")
    assert finding.stance == stance


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("You can cancel a subscription up to 24 hours before the renewal.", {"cancel_cutoff_hours": 24}),
        ("You can cancel within 14 days of buying a plan.", {"cooling_off_days": 14}),
        ("We tell you of a higher price 30 days before your plan renews.", {"price_notice_days": 30}),
        (
            "Plans renew at the current rate unless you cancel at least 24 hours before the period ends.",
            {"cancel_cutoff_hours": 24},
        ),
        ("Plans renew each month. Invoices for the fees are due within 30 days.", {}),
    ],
)
def test_a_number_is_of_the_matter_that_it_stands_with(text, parameters):
    found = {p.name: p.value for finding in classify.paragraph(text) for p in finding.parameters}
    numbers = {name: value for name, value in found.items() if name.endswith(("_days", "_hours"))}
    assert numbers == parameters
