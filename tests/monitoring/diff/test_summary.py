"""The summary: what happened, in the words of the text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import diff
from tests.monitoring.screen.texts import NOW, SECTIONS, policy

TEXT = policy()


def told(after: str, before: str = TEXT) -> diff.Summary:
    return diff.summary(diff.compare(before, after), effective_date=date(2026, 6, 1), first_seen_at=NOW)


def test_summary_leads_with_the_numbers():
    found = told(TEXT.replace("30 days after", "90 days after"))
    assert found.headline == "How long we keep it: 30 days → 90 days"
    assert [(fact.kind, fact.before, fact.after) for fact in found.facts] == [("period", "30 days", "90 days")]
    assert found.lines[0].text == "How long we keep it: 30 days → 90 days"
    assert (found.effective_date, found.first_seen_at) == (date(2026, 6, 1), NOW)


def test_summary_tells_the_words_that_turn_a_rule():
    assert told(TEXT.replace("do not use your", "do use your")).headline == "Training: “do not” → “do”"
    assert told(TEXT.replace("You may ask", "You must ask")).headline == "Your rights: “may” → “must”"


def test_summary_names_sections_that_come_and_go():
    added = policy(
        (*SECTIONS, ("Arbitration", "You agree that an arbitrator decides every dispute and you waive a jury."))
    )
    assert told(added).headline == "Added: Arbitration"
    assert told(TEXT, added).headline == "Removed: Arbitration"


def test_a_section_in_which_clauses_came_and_others_went_was_rewritten():
    rules = "You may not {}, and whoever does loses the account for good after a warning."
    before = policy((*SECTIONS, ("What you may not do", rules.format("sell copies of our pictures to printers"))))
    other = "Members ask the help desk when they are in doubt about what is allowed here."
    after = policy((*SECTIONS, ("What you may not do", other)))
    assert told(after, before).headline == "Rewritten: What you may not do"


@pytest.mark.parametrize(
    ("listed", "joined", "named"),
    [
        ("Alpha\n\nHosting\n\nUS", "\n\nDelta\n\nAnalytics\n\nIreland", "Delta"),
        ("- Alpha\n- Beta", "\n- Delta\n- Epsilon", "Delta, Epsilon"),
        ("- Alpha\n- Beta", "\n- Delta\n- Epsilon\n- Zeta\n- Eta", "Delta, Epsilon, Zeta and 1 more"),
        ("| Name | Why |\n| --- | --- |\n| Alpha | Mail |", "\n| ![Logo](/d.png) Delta | Mail |", "Delta"),
        ("Alpha – mail – US", "\n\nDelta – analytics – Ireland", "Delta"),
    ],
)
def test_summary_names_the_parties_that_join_and_leave(listed, joined, named):
    before = f"{TEXT}\n\n## Subprocessors\n\n{listed}"
    assert diff.summary(diff.compare(before, before + joined)).headline == f"Subprocessors: added {named}"
    assert diff.summary(diff.compare(before + joined, before)).headline == f"Subprocessors: removed {named}"


def test_summary_of_a_date_alone_says_so():
    assert told(TEXT.replace("March 5, 2026", "April 7, 2026")).headline == "Date only: March 5, 2026 → April 7, 2026"


def test_summary_counts_what_was_left_out():
    before = TEXT + "\n\nSee [one](https://x.org/1), then.\n\nSee [two](https://x.org/2), then."
    after = before.replace("x.org/1", "x.org/3").replace("x.org/2", "x.org/4").replace("30 days after", "90 days after")
    assert [line.text for line in told(after, before).left_out] == ["2 link updates suppressed"]


def test_summary_says_how_many_more():
    new = policy(
        tuple((name, text.replace("we ", "we must ").replace("We ", "We must ")) for name, text in SECTIONS * 3)
    )
    found = told(new, policy(SECTIONS * 3))
    assert len(found.lines) <= 13
    assert found.lines[-1].code == "more"
    assert "more clauses" in found.headline


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            ["## A title", "You must pay.", "You may pay 10 days late.", "x " * 90, "- item one here", "March 5, 2026"]
        ),
        max_size=12,
    ),
    st.data(),
)
def test_summary_is_always_short_and_plain(pieces, data):
    other = data.draw(st.permutations(pieces))
    found = told("\n\n".join([*other[1:], "We may share it with partners for 5 days."]), "\n\n".join(pieces))
    assert len(found.headline) <= 120
    assert "\n" not in found.headline
    assert all("\n" not in line.text for line in found.lines)
