"""Stated dates: only beside a word that says what they are, never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from monitoring.extract.dates import dates, stated_dates

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "Effective March 5, 2026",
        "Effective date: 5 March 2026",
        "**Effective:** 2026-03-05",
        "EffectiveMarch 5, 2026",
        "These terms take effect on the 5th of March 2026. effective 5 March 2026",
        "Gültig ab 5. März 2026",
        "Entrée en vigueur : 5 mars 2026",
        "Fecha de entrada en vigor: 5 de marzo de 2026",
        "Em vigor desde 5 de março de 2026",
        "In vigore dal 5 marzo 2026",
        "生效日期：2026年3月5日",
        "시행일: 2026년 3월 5일",
        "Wirksam ab 05.03.2026",
        "Yürürlük: 5 MART 2026",
    ],
)
def test_stated_dates_reads_the_effective_date(text):
    assert stated_dates(f"# Title\n\n{text}\n\nText follows.")[0] == DAY


@pytest.mark.parametrize(
    "text",
    [
        "Last updated: March 5th, 2026",
        "Updated 5 Mar 2026",
        "Stand: 5. März 2026",
        "Dernière mise à jour le 5 mars 2026",
        "Última actualización: 5 de marzo de 2026",
        "更新日期：2026年3月5日",
        "Last Modified: 03/15/2026",
    ],
)
def test_stated_dates_reads_the_updated_date(text):
    assert stated_dates(text)[1] in (DAY, date(2026, 3, 15))


def test_stated_dates_reads_both_and_the_end_of_a_text():
    assert stated_dates("Updated: March 5, 2026\n\nEffective: April 1, 2026") == (date(2026, 4, 1), DAY)
    assert stated_dates("word " * 2000 + "Last updated March 5, 2026") == (None, DAY)


@pytest.mark.parametrize(
    "text", ["In 2026 we were founded.", "Effective 05/06/2026", "Effective February 31, 2026", "© 2026", ""]
)
def test_stated_dates_never_guesses(text):
    assert stated_dates(text) == (None, None)


def test_dates_gives_spans():
    text = "from 2026-03-05 to 6 March 2026"
    assert [(text[start:end], day.day) for start, end, day in dates(text)] == [("2026-03-05", 5), ("6 March 2026", 6)]


@pytest.mark.parametrize(
    ("day", "month"),
    [("1 KASIM 2026", 11), ("1 MAYIS 2026", 5), ("1 NİSAN 2026", 4), ("1 HAZİRAN 2026", 6), ("ſept 1, 2026", 9)],
)
def test_months_are_read_in_capitals_that_fold_otherwise(day, month):
    assert stated_dates(f"Effective: {day}") == (date(2026, month, 1), None)
