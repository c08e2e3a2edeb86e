"""Reading and judging: screening and weighing together."""

from __future__ import annotations

from monitoring import diff
from monitoring.diff import Significance, Why
from monitoring.screen import Difference, Outcome, Reason
from tests.monitoring.screen.texts import NOW, SECTIONS, candidate, memory, policy

TEXT = policy()


def read(text: str, **about):
    return diff.read(candidate(text), memory=memory(TEXT, **about), now=NOW)


def test_read_gives_a_change_with_the_news():
    found = read(TEXT.replace("30 days after", "90 days after"))
    assert found.verdict.outcome is Outcome.NEWS
    assert found.change is not None
    assert found.change.significance is Significance.SUBSTANTIVE


def test_read_turns_noise_into_unchanged():
    found = read("[Skip to content](#main)\n\n" + TEXT)
    assert (found.verdict.outcome, found.verdict.difference, found.change) == (
        Outcome.UNCHANGED,
        Difference.NOISE,
        None,
    )


def test_read_gives_no_change_for_a_held_text():
    found = read("# Page not found\n\nThe page does not exist.")
    assert (found.verdict.outcome, found.change) == (Outcome.HELD, None)


def test_read_is_the_same_twice():
    new = TEXT.replace("30 days after", "90 days after")
    assert read(new) == read(new)


def test_read_keeps_still_about_what_an_operator_taught():
    new = TEXT.replace("30 days after", "90 days after")
    change = read(new).change
    assert change is not None
    exact, shape, section = (diff.rules(change, change.edits[0])[place] for place in (0, 2, -1))
    for rule in (shape, section):
        quiet = read(new, taught=(rule,))
        assert (quiet.verdict.outcome, quiet.verdict.reason) == (Outcome.UNCHANGED, Reason.TAUGHT)
    assert read(new, taught=(exact,)).change is not None  # only one side of the edit is covered
    assert read(TEXT.replace("nobody else", "partners"), taught=(shape,)).change is not None


def test_read_tells_the_edits_of_a_text_that_another_document_joined():
    beside = "\n\n# Cookie Policy\n\n" + "\n\n".join(
        f"We set cookie number {n} to keep you signed in while you work." for n in range(20)
    )
    assert read(TEXT + beside).verdict.reason is Reason.BUNDLED
    edited = read(TEXT.replace("not use your conversations", "use your conversations") + beside)
    assert edited.change is not None
    assert edited.change.significance is Significance.SUBSTANTIVE
    told = [edit for edit in edited.change.edits if edit.significance is Significance.SUBSTANTIVE]
    assert len(told) == 1
    assert Why.BUNDLED in {ground.why for edit in edited.change.edits for ground in edit.grounds}


def test_judge_alerts_on_substance_only():
    assert diff.judge(TEXT, TEXT.replace("30 days after", "90 days after")).alerts
    assert not diff.judge(TEXT, TEXT.replace("March 5", "March 6")).alerts
    assert not diff.judge(TEXT, TEXT).alerts


def test_judge_calls_broken_pages_noise_on_either_side():
    error = "# Oops\n\nThis page isn't available. Try again later."
    for before, after in ((TEXT, error), (error, TEXT)):
        found = diff.judge(before, after)
        assert (found.alerts, found.significance) == (False, Significance.NOISE)
        assert found.grounds[0].why is Why.ERROR_PAGE


def test_judge_calls_another_regions_variant_noise():
    before, after = (f"These terms apply to users resident in {where}.\n\n{TEXT}" for where in ("Japan", "Brazil"))
    assert diff.judge(before, after).grounds[0].why is Why.VARIANT


def test_judge_tells_removed_sections():
    assert diff.judge(TEXT, policy(SECTIONS[:-1])).alerts
