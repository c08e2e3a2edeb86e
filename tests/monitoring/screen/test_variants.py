"""Regional variants: whom a text says it is for."""

from __future__ import annotations

import pytest

from monitoring.screen.variants import scope, switched

EEA = "These Terms of Use apply if you reside in the European Economic Area (EEA), Switzerland, or UK."
US = "If you reside in the European Economic Area, Switzerland, or the UK, your use is governed by [these terms](/eu)."


@pytest.mark.parametrize(
    ("text", "serves", "sends_away"),
    [
        (EEA, {"eea", "switzerland", "uk"}, set()),
        (US, set(), {"eea", "switzerland", "uk"}),
        ("# Europe Privacy Policy\n\nWe care.", {"eea"}, set()),
        ("This policy does not apply to individuals located in Brazil.", set(), {"brazil"}),
        ("If you live in Canada, you have the right to complain.", set(), set()),
        ("The courts of Ireland decide.", set(), set()),
        ("Use us well.", set(), set()),
    ],
)
def test_scope_reads_whom_a_text_is_for(text, serves, sends_away):
    found = scope(text)
    assert (found.serves, found.sends_away) == (serves, sends_away)


def test_switched_sees_another_region():
    assert switched("These terms apply to users resident in Japan.", "These terms apply to users resident in Brazil.")
    assert switched(US, EEA)
    assert switched(EEA, US)


def test_switched_leaves_amendments_alone():
    assert not switched("These terms apply to you.", US)
    assert not switched(
        "These terms apply to users resident in Japan.", "These terms apply to users resident in Japan or Brazil."
    )
    assert not switched(EEA, EEA + " You agree.")
