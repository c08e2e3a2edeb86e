"""What a passage says on its type: every stance from sentences of our own, rules with exceptions, and whole sections."""

from pathlib import Path

import pytest
import yaml

from bench import provision_texts
from monitoring import classify, diff, segment
from monitoring.classify import stances
from monitoring.classify.plain import plain

WRITTEN = yaml.safe_load((provision_texts.LABELS / "stances.yaml").read_text(encoding="utf8"))


@pytest.mark.parametrize("provision_type", WRITTEN)
def test_each_stance_is_read_from_the_sentences_written_for_it(provision_type):
    for stance, texts in WRITTEN[provision_type].items():
        for text in texts:
            assert stances.position(provision_type, plain(text)).stance == stance, text


UNTRAINED = {
    name: yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf8"))
    for name in ("rephrased.yaml", "denials.yaml")
}


@pytest.mark.parametrize(("name", "provision_type"), [(name, key) for name, rows in UNTRAINED.items() for key in rows])
def test_each_stance_is_read_from_sentences_that_no_training_saw(name, provision_type):
    for stance, texts in UNTRAINED[name][provision_type].items():
        for text in texts:
            assert stances.position(provision_type, plain(text)).stance == stance, text


SCOPED = [
    (
        "service_modification",
        "notice_only",
        "We may change or retire a feature that you like. We tell you 30 days ahead.",
    ),
    (
        "service_modification",
        "best_efforts_notice",
        "A feature may change or disappear. We try to tell you 14 days ahead.",
    ),
    (
        "suspension_termination",
        "cause_without_notice",
        "We will provide you with a key for the interface. If you share it in breach of these terms, we may suspend your access.",
    ),
    (
        "model_training_use",
        "unclear",
        "With this interface you can fine-tune our models on the platform using your data.",
    ),
    (
        "auto_renewal_billing",
        "easy_cancel_no_refund",
        "There are no refunds for months in part, nor refunds for months unused.",
    ),
    ("output_ownership", "unclear", "You represent that you own the pictures that you send us."),
    (
        "model_training_use",
        "opt_out",
        "We use Content to train our models, unless you have turned off “Help improve Acme” in your settings. The setting is on "
        "unless you change it. Conversations in private mode are never used for training.",
    ),
    (
        "model_training_use",
        "trains_by_default_no_choice",
        "We may use your conversations to train our models. Data of business customers is never used for training.",
    ),
    (
        "model_training_use",
        "opt_out",
        "We train our models on your prompts. You can switch this off in your privacy settings.",
    ),
    (
        "model_training_use",
        "trains_by_default_no_choice",
        "We use your inputs to train our models. We do not use the content of users under 18 for training.",
    ),
    (
        "model_training_use",
        "opt_in",
        "We will not use your content to train our models unless you turn the setting on.",
    ),
    (
        "model_training_use",
        "opt_out",
        "We do not use API data to train our models. Conversations in the free app are used for training unless you opt out.",
    ),
    ("model_training_use", "never", "We do not train on your data. This also holds for files that you upload."),
    (
        "data_retention",
        "fixed_short",
        "We keep conversations for 30 days. Flagged conversations are kept for two years.",
    ),
    ("data_retention", "fixed_long", "We keep account data for seven years. We do not store numbers of payment cards."),
    ("data_retention", "criteria_only", "We keep data as long as your account is open. Card numbers are not stored."),
    (
        "mandatory_arbitration",
        "mandatory_no_opt_out",
        "Disputes will be resolved by binding arbitration. This section does not apply to users in the European Union.",
    ),
    (
        "mandatory_arbitration",
        "mandatory_opt_out",
        "All disputes are settled by binding arbitration. You may opt out within 30 days by writing to us.",
    ),
    (
        "class_action_waiver",
        "waiver_no_opt_out",
        "You waive any right to a class action. This waiver does not apply to requests for public injunctive relief.",
    ),
    ("age_eligibility", "adults_only_declared", "You must be at least 18 years old. We do not check your age."),
    (
        "age_eligibility",
        "teens_with_parent_declared",
        "You must be 18 or older. If you are between 13 and 17, a parent must agree to these terms.",
    ),
    (
        "liability_cap",
        "cap_with_statutory_carveouts",
        "Our total liability is limited to the fees paid in the last twelve months. This limitation does not apply to fraud or "
        "gross negligence.",
    ),
    (
        "unilateral_terms_change",
        "notice_material_only",
        "We may change these terms at any time. If we make material changes, we will send you an e-mail.",
    ),
    (
        "unilateral_terms_change",
        "continued_use_no_notice",
        "We will ask for your consent where required by law. Otherwise your continued use of the service means that you accept.",
    ),
    (
        "content_license_grant",
        "perpetual_irrevocable",
        "You grant us a perpetual and irrevocable licence to use your content. We do not claim ownership of it.",
    ),
    (
        "content_license_grant",
        "limited_to_providing_service",
        "We do not claim any rights in your content. You give us permission to host it only as needed to provide the service.",
    ),
    (
        "sale_and_targeted_ads",
        "ads_opt_out",
        "We do not sell your data for money. We share identifiers with advertisers; you can opt out in your settings.",
    ),
    (
        "sale_and_targeted_ads",
        "sale_or_ads_no_choice",
        "We do not sell your personal data. We may use it to show you targeted advertising.",
    ),
    (
        "government_access",
        "valid_process",
        "We may disclose your content to the police under a court order without notifying you.",
    ),
    (
        "government_access",
        "valid_process_with_notice",
        "We disclose content only under a valid warrant. We will notify you unless the law prohibits it.",
    ),
]


BESIDE_THE_POINT = [
    (
        "model_training_use",
        "opt_out",
        "Once you enable quiet mode, nothing that you write is kept, and it is never used to improve a model.",
    ),
    (
        "competitive_use_restriction",
        "no_competing_models",
        "You may not use the service to develop machine learning models.",
    ),
    (
        "content_license_grant",
        "limited_to_providing_service",
        "We only use your files to provide the service. You give us an irrevocable licence for these purposes.",
    ),
    (
        "content_license_grant",
        "limited_to_providing_service",
        "You let us, worldwide, perform all acts necessary to host your pages.",
    ),
    (
        "suspension_termination",
        "cause_without_notice",
        "You may stop using the service at any time. We may suspend your account if we find that it was taken over.",
    ),
    (
        "suspension_termination",
        "cause_with_notice",
        "If you fail to pay after we send you a reminder, we may suspend the account.",
    ),
    (
        "governing_law_venue",
        "foreign_exclusive",
        "Disputes will be brought in the courts of Ghent and are governed by the laws of Belgium.",
    ),
    (
        "sensitive_biometric_data",
        "collected_with_limits",
        "Your face print stays on the device, is not shared, and can be deleted by you.",
    ),
    (
        "data_subject_rights",
        "region_limited",
        "Depending on the state you live in, you may have rights over your data.",
    ),
    (
        "data_subject_rights",
        "limited_with_exceptions",
        "You have the right to take your data elsewhere, as long as this does not reveal a trade secret.",
    ),
    (
        "minor_safeguards",
        "controls_only",
        "Parents can set limits in the family page, and view and delete a child's history.",
    ),
    (
        "age_eligibility",
        "teens_with_parent_verified",
        "Pupils under 13 may join once the school has signed parental consent on file.",
    ),
    (
        "content_provenance_marking",
        "user_must_label",
        "Please label what you made with the service where you publish it.",
    ),
    (
        "service_modification",
        "notice_and_remedy",
        "We give you a month's notice of a change for the worse, with the right to end your contract.",
    ),
    (
        "third_party_model_routing",
        "user_selected_only",
        "Prompts go to other providers' models; you can choose to enable each of them.",
    ),
    ("feedback_use", "not_collected", "We do not accept unsolicited ideas."),
    ("feedback_use", "assignment_of_rights", "The company will own what you suggest and may use it for any purpose."),
    (
        "data_subject_rights",
        "all_users_self_service",
        "You can exercise your rights through your account; if you are unable to, write to us.",
    ),
    (
        "model_training_use",
        "opt_in",
        "You can choose to contribute recordings to help improve our models. If you choose not to, nothing else changes.",
    ),
    (
        "unilateral_terms_change",
        "notice_and_exit",
        "We take it that you agree, unless you tell us before the change starts that we are to close your account.",
    ),
    ("restricted_uses", "broad_open_ended", "You may use the service only as permitted by law, including customs law."),
    (
        "security_and_breach",
        "general_measures",
        "All staff complete yearly training, which tells them how a data incident is spotted and reported.",
    ),
    ("data_collection_scope", "listed_with_purposes", "Passwords, hints and codes used for authentication."),
    (
        "output_accuracy_disclaimer",
        "all_risk_on_user",
        "The maker is not responsible for any decisions made by you based on the figures shown.",
    ),
    ("output_accuracy_disclaimer", "warning_only", "What the app computes does not replace a doctor."),
]


@pytest.mark.parametrize(("provision_type", "stance", "text"), [*SCOPED, *BESIDE_THE_POINT])
def test_neither_an_exception_nor_words_beside_the_point_are_taken_for_the_rule(provision_type, stance, text):
    assert stances.position(provision_type, plain(text)).stance == stance


def section(heading, *clauses):
    return (
        f"# Terms\n\n## {heading}\n\n" + "\n\n".join(clauses) + "\n\n## Contact\n\nWrite to us at the address below.\n"
    )


def found(text):
    return {finding.provision_type: finding for finding in classify.provisions(text, segment.clauses(text))}


ARBITRATION = section(
    "13. Arbitration",
    "13.1 You and we agree that every dispute is finally settled by binding arbitration.",
    "13.2 The hearing may be held by telephone.",
    "13.3 You may opt out of this section within 60 days.",
)


def test_a_stance_that_any_letter_settles_rests_on_the_words_of_its_type():
    text = "All customer data is encrypted at rest with keys of its own."
    (found,) = classify.paragraph(text)
    assert (found.provision_type, found.stance) == ("security_and_breach", "general_measures")
    assert "encrypted" in text[found.stance_span.start : found.stance_span.end]


def test_a_choice_some_clauses_below_belongs_to_the_rule():
    finding = found(ARBITRATION)["mandatory_arbitration"]
    assert (finding.stance, finding.parameter("opt_out_days")) == ("mandatory_opt_out", 60)
    clauses = segment.clauses(ARBITRATION)
    clauses_read = [clauses[i] for i in (*(p.clause for p in finding.passages), *finding.supporting)]
    assert any("60 days" in ARBITRATION[clause.start : clause.end] for clause in clauses_read)


def test_a_setting_named_later_in_the_notice_is_a_choice():
    text = section(
        "Training",
        "We use your conversations to train our models.",
        "This helps the assistant to answer better.",
        "Open your account and turn the setting off if you do not want this.",
    )
    assert found(text)["model_training_use"].stance == "opt_out"


def test_a_choice_on_something_else_is_no_choice_on_the_rule():
    text = section(
        "Your data",
        "We use your conversations to train our models.",
        "You may unsubscribe from marketing e-mails at any time; to opt out, use the link in the message.",
    )
    assert found(text)["model_training_use"].stance == "trains_by_default_no_choice"


def test_the_choice_of_another_section_beats_a_rule_that_names_none():
    text = (
        "# Notice\n\n## How we use data\n\nWe use your conversations to train our models.\n\n## Your controls\n\n"
        "You can opt out of the use of your conversations for model training in your settings.\n"
    )
    assert found(text)["model_training_use"].stance == "opt_out"


def descent(before, after, provision_type):
    edits = diff.edits(diff.text(before), diff.text(after))
    read = [classify.provisions(text, segment.clauses(text)) for text in (before, after)]
    rows = classify.lineage(*read, edits)
    return next(row for row in rows if row.provision_type == provision_type)


def test_an_edit_to_the_clause_with_the_choice_touches_the_provision():
    row = descent(ARBITRATION, ARBITRATION.replace("60 days", "30 days"), "mandatory_arbitration")
    assert row.fate is classify.Fate.REVISED
    assert classify.Altered.PARAMETERS in row.altered
    assert row.edits


def test_a_number_in_another_passage_of_the_type_is_a_parameter_too():
    before = section(
        "Retention", "We keep conversations for 30 days after you delete them.", "We keep billing records for 5 years."
    )
    row = descent(before, before.replace("5 years", "7 years"), "data_retention")
    assert classify.Altered.PARAMETERS in row.altered
