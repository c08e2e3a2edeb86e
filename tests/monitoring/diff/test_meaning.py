"""Significance: one example for each rule, both ways."""

from __future__ import annotations

import pytest

from monitoring import diff
from monitoring.diff import Significance, Why

OR_ELSE = ", or else we go on to use all the things that you have ever sent to us before that day came."
HEAD = "# Privacy Policy\n\nThis policy explains what we do with the information that you give us when you use the services.\n\n"
TAIL = "\n\nThis last paragraph closes the policy, and it stays as it is through every one of the changes above."


def change(before: str, after: str) -> diff.Change:
    return diff.compare(HEAD + before + TAIL, HEAD + after + TAIL)


def whys(found: diff.Change) -> set[Why]:
    return {ground.why for edit in found.edits for ground in edit.grounds}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("We may share your e-mail.", "We may not share your e-mail.", Why.NEGATION),
        ("You must tell us first.", "You may tell us first.", Why.DUTY),
        ("We keep logs for 30 days.", "We keep logs for 90 days.", Why.NUMBER),
        ("We keep logs for thirty days.", "We keep logs for ninety days.", Why.NUMBER),
        ("The fee is $10 a month.", "The fee is $12 a month.", Why.NUMBER),
        ("You pay once.", "You pay twice.", Why.NUMBER),
        ("Up to 100 requests may wait.", "Up to 500 requests may wait.", Why.NUMBER),
        ("You must be at least 13 years old.", "You must be at least 16 years old.", Why.NUMBER),
        ("We use content to run the service.", "We use content to run the service and to train models.", Why.PURPOSE),
        ("We receive your name and e-mail.", "We receive your name, location and e-mail.", Why.DATA),
        ("We pass it to processors.", "We pass it to processors and advertisers.", Why.PARTY),
        ("Payment: Alpha AB, Lund.", "Payment: Alpha AB, Lund. Desk: Beta GmbH, Bonn.", Why.PARTY),
        ("We act, unless you object, for you.", "We act for you.", Why.SCOPE),
        ("The courts of Dublin decide.", "The courts of Delaware decide.", Why.JURISDICTION),
        ("Fine.", "Fine.\n\nYou waive the right to a jury trial in every dispute with us.", Why.RULES_ADDED),
        ("Fine.\n\nYou may ask us at any time to delete what we hold.", "Fine.", Why.RULES_REMOVED),
        ("Wir dürfen Ihre Daten nicht nutzen.", "Wir dürfen Ihre Daten nutzen.", Why.NEGATION),
        (
            "You must object by January 31, 2026" + OR_ELSE,
            "You must object by March 31, 2026" + OR_ELSE,
            Why.NUMBER,
        ),
    ],
)
def test_meaning_of_words_that_carry_rules_is_substantive(before, after, why):
    found = change(before, after)
    assert found.significance is Significance.SUBSTANTIVE
    assert why in whys(found)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("Write to [legal@x.org](mailto:legal@x.org).", "Write to [hi@x.org](mailto:hi@x.org).", Why.CONTACT),
        ("Our office: 3180 18th Street, 94110.", "Our office: 1455 3rd Street, 94158.", Why.CONTACT),
        ("ChatterBox Team is for companies.", "ChatterBox Business is for companies.", Why.WORDING),
        ("We analyse trends with care.", "We analyze trends with care.", Why.WORDING),
        ("## How we are\n\nWe are nice.", "## Who we are\n\nWe are nice.", Why.WORDING),
        ("See Section 5 of this text.", "See Section 6 of this text.", Why.WORDING),
        ("Kept for seven weeks.", "Kept for 7 weeks.", Why.WORDING),
        ("Fine.", "Fine.\n\nFor more information, see our [help pages](https://x.org/help).", Why.WORDING),
        ("We ask whether it helps.", "We ask if it helps.", Why.WORDING),
        ("We keep personal information safe.", "We keep personal data safe.", Why.WORDING),
        ("Each sub-processor signs it.", "Each subprocessor has signed it.", Why.WORDING),
        ("The customer shall pay.", "The customer will pay.", Why.WORDING),
        (
            "Read [our terms](https://x.org/legal/api-terms).",
            "Read [our terms](https://x.org/legal/consumer-terms).",
            Why.LINKED_DOCUMENT,
        ),
    ],
)
def test_meaning_of_contacts_names_and_spelling_is_minor(before, after, why):
    found = change(before, after)
    assert found.significance is Significance.MINOR
    assert why in whys(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Effective: December 14, 2023", "Effective: January 31, 2024"),
        ("Last updated 14 November 2022", "Last updated November 15, 2022"),
        ("Version 1.2", "Version 1.3"),
        ("Fine.\n\nNote: This policy is effective on October 8, 2025 or the day you accept it.", "Fine."),
        ("Stand: 1. März 2026", "Stand: 2. April 2026"),
    ],
)
def test_meaning_of_dates_is_housekeeping(before, after):
    assert change(before, after).significance is Significance.HOUSEKEEPING


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("See [this](https://x.org/a).", "See [this](https://x.org/b).", Why.LINK),
        ("See this.", "See [this](https://x.org/b).", Why.LINK),
        ("Be **nice** - always.", "Be nice – always", Why.MARKUP),
        ("1. Be nice to us.", "A. Be nice to us.", Why.NUMBERING),
        ("1. Be nice to us.", "I.2.a. Be nice to us.", Why.NUMBERING),
        ("1. Be nice to us.", "C.3.b.viii. Be nice to us.", Why.NUMBERING),
        ("2.1. Be nice to us.", "2.1.a. Be nice to us.", Why.NUMBERING),
        ("See [this](https://x.org/a) now.", "See [this (opens in a new window)](https://x.org/a) now.", Why.RENDERING),
        ("| a<br><br>b | c |", "| a  <br>b | c |", Why.MARKUP),
        (
            "See the form at https://x.org/docs/4019539/form.pdf for it.",
            "See the form at https://x.org/files/4019538/form.pdf for it.",
            Why.LINK,
        ),
        (
            "See [https://x.org/docs/4019539/form](https://x.org/docs/4019539/form) for it.",
            "See [https://x.org/files/4019538/form](https://x.org/files/4019538/form) for it.",
            Why.LINK,
        ),
    ],
)
def test_meaning_of_what_no_reader_sees_is_format(before, after, why):
    found = change(before, after)
    assert found.significance is Significance.FORMAT
    assert whys(found) == {why}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("See [this](https://x.org/a?sid=1).", "See [this](https://x.org/a?sid=2).", Why.ROTATING),
        (
            "See [this](https://x.org/r/8461c414-5504-1592/a).",
            "See [this](https://x.org/r/323908fa-8c09-8307/a).",
            Why.ROTATING,
        ),
        ("Updated yesterday\n\nFine.", "Updated this week\n\nFine.", Why.CHROME),
        ("Fine.", "Fine.\n\n- [Home](#home)", Why.CHROME),
        (
            "We keep logs for 30 days at most.",
            "We keep logs for 30 days at most.\n\nWe keep logs for 30 days at most.",
            Why.REPEATED,
        ),
    ],
)
def test_meaning_of_chrome_and_tokens_is_noise(before, after, why):
    found = change(before, after)
    assert found.significance is Significance.NOISE
    assert whys(found) == {why}


def test_chrome_around_the_text_is_noise():
    menu = "[Skip to content](#main)\n\n- [Products](/p)\n- [Company](/c)\n\n"
    footer = "\n\n- [Careers](/jobs)\n\n© 2026 Example Inc. All rights reserved"
    banner = "\n\nWe use cookies to make this site better. You can accept or reject them in the cookie settings."
    text = HEAD + "Fine." + TAIL
    for other in (menu + text, text + footer, text + banner, menu + text + footer + banner):
        assert diff.compare(text, other).significance is Significance.NOISE
        assert diff.compare(other, text).significance is Significance.NOISE


HELP_CENTRE = """

In this article

1. [1. Our Name](#a1)
2. [2. Children's Privacy](#a2)
3. [3. Liability](#a3)

- [Documentation](/docs)
- Using Your Own Images
- [Image Prompts](/prompts)
- [Video](/video)
- Cancellations & Refunds
- [Requesting a Refund](/refund)"""


def test_the_menu_of_a_help_centre_is_noise():
    text = HEAD + "Fine." + TAIL
    assert diff.compare(text, text + HELP_CENTRE).significance is Significance.NOISE
    assert diff.compare(text + HELP_CENTRE, text).significance is Significance.NOISE


def test_a_menu_without_addresses_before_the_text_is_noise():
    menu = "- Products\n- Solutions\n- Research\n- Resources\n- [Pricing](/pricing)\n\n[Talk to sales](/sales)\n\n"
    text = HEAD + "Fine." + TAIL
    assert diff.compare(menu + text, text).significance is Significance.NOISE


@pytest.mark.parametrize(
    "line",
    [
        "[All articles](/en/)[Safety](/en/safety)Privacy Policy",
        "Copy for LLM",
        "Copy page",
        "1-10 of 25 results",
        "results per page",
        "PreviousNext",
        "Show10",
    ],
)
def test_a_line_of_the_page_inside_the_text_is_noise(line):
    assert change("Fine.", f"Fine.\n\n{line}").significance is Significance.NOISE


@pytest.mark.parametrize(
    "line",
    [
        "- Order Form",
        "- Beta GmbH, Bonn",
        "[Our list](/list) Beta GmbH, Bonn",
        "1-10 of 25 results must be labelled by you.",
        "You may copy for personal use only what you made.",
    ],
)
def test_a_line_of_the_rules_is_not_taken_for_one_of_the_page(line):
    assert change("- Fine\n- Good", f"- Fine\n- Good\n\n{line}").significance not in (
        Significance.NOISE,
        Significance.FORMAT,
    )


def test_names_of_companies_after_the_text_are_no_menu():
    listed = "\n\n- [Alpha Inc.](/a)\n- Beta GmbH\n- [Gamma Ltd](/c)\n- [Delta AB](/d)"
    text = HEAD + "Fine." + TAIL
    found = diff.compare(text + listed, text + listed.replace("Beta GmbH", "Beta GmbH\n- Epsilon Corp."))
    assert found.significance is not Significance.NOISE


def test_a_consent_manager_is_noise_and_a_cookie_policy_is_not():
    def listed(days: int) -> str:
        return (
            "".join(f"\n\nName {n}\n\nMaximum Storage Duration: {days} days\n\nType: HTTP Cookie" for n in range(4))
            + "\n\nAlways active"
        )

    assert change(f"Fine.{listed(30)}", f"Fine.{listed(90)}").significance is Significance.NOISE
    assert (
        diff.compare("# Cookie Policy" + listed(30), "# Cookie Policy" + listed(90)).significance
        is Significance.SUBSTANTIVE
    )


def test_a_row_of_a_list_of_subprocessors_is_a_party():
    table = "## Our subprocessors\n\n| Name | Why |\n| --- | --- |\n| Alpha | Hosting |"
    found = change(table, table + "\n| Beta | Mail |")
    assert (found.significance, Why.PARTY in whys(found)) == (Significance.SUBSTANTIVE, True)


CARDS = ["Alpha Cloud\n\nHosting\n\nUnited States", "Beta\n\nMail\n\nUnited States", "Gamma\n\nSupport\n\nCanada"]
SECTIONS = ["### Alpha\n\nPurpose: Hosting", "### Beta\n\nPurpose: Mail"]
LINKS = ["- [Alpha](https://alpha.example)", "- [Beta](https://beta.example)"]


@pytest.mark.parametrize(
    "top", [HEAD + "## Subprocessors", "# Our sub-processors\n\nWe use these companies to provide our services."]
)
@pytest.mark.parametrize(
    ("listed", "joined"),
    [
        (CARDS, "Delta\n\nAnalytics\n\nIreland"),
        (SECTIONS, "### Delta\n\nPurpose: Analytics"),
        (["Alpha – hosting – US", "Beta – mail – US"], "Delta – analytics of usage – Ireland"),
        (["- Alpha", "- Beta"], "- Delta"),
    ],
)  # fmt: skip
def test_a_subprocessor_joins_or_leaves_however_the_list_is_set(top, listed, joined):
    fewer, more = ("\n\n".join((top, *names)) for names in (listed, [*listed, joined]))
    for before, after in ((fewer, more), (more, fewer)):
        found = diff.compare(before, after)
        assert (found.significance, Why.PARTY in whys(found)) == (Significance.SUBSTANTIVE, True)


def test_a_list_of_links_below_the_heading_of_subprocessors_names_them():
    top = HEAD + "## Subprocessors\n\n"
    found = diff.compare(top + "\n".join(LINKS), top + "\n".join([*LINKS, "- [Delta](https://delta.example)"]))
    assert found.significance is Significance.SUBSTANTIVE


def test_the_footer_of_a_page_of_subprocessors_is_noise():
    page = HEAD + "\n\n".join(("## Subprocessors", *CARDS)) + "\n\n[About](/about)\n\n[Press](/press)"
    assert diff.compare(page, page + "\n\n[Careers](/careers)\n\n© 2026 Acme").significance is Significance.NOISE


def test_a_list_of_names_under_a_heading_after_the_text_is_no_page_chrome():
    listed = "\n\n".join(["## Where we are", *(f"Town {name}" for name in "ABCDEFG")])
    found = diff.compare(HEAD + listed, HEAD + listed.replace("Town C", "City of Utopia"))
    assert found.significance is Significance.MINOR


def test_a_real_edit_among_chrome_is_still_an_edit():
    found = change("We may share it.\n\nUpdated yesterday", "We may not share it.\n\nUpdated this week")
    assert found.significance is Significance.SUBSTANTIVE
    assert dict(found.left_out)[Significance.NOISE] >= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("当社は、お客様のデータをモデルの学習に使用しません。", "当社は、お客様のデータをモデルの学習に使用します。"),
        ("データは30日間保存されます。", "データは90日間保存されます。"),
    ],
)
def test_meaning_reads_scripts_without_spaces(before, after):
    head = "# 利用規約\n\n本規約は、当社が提供するサービスの利用条件を定めるものです。登録する皆さまは本規約に従います。\n\n"
    assert diff.compare(head + before, head + after).significance is Significance.SUBSTANTIVE


def test_nearly_every_rewording_counts_in_a_language_without_a_lexicon():
    head = (
        "# Regulamin\n\nNiniejszy regulamin określa zasady korzystania z usług świadczonych przez spółkę "
        "oraz prawa użytkownika.\n\n"
    )
    before = (
        head + "Usługodawca może przetwarzać dane w celu szkolenia modeli oraz poprawy usług, które są dla użytkownika."
    )
    assert diff.compare(before, before.replace("szkolenia modeli oraz ", "")).significance is Significance.SUBSTANTIVE
