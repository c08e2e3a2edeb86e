"""Which law governs and where courts sit, as texts write it."""

import pytest

from monitoring.classify import jurisdictions, stances
from monitoring.classify.plain import plain


def stated(text, name):
    read = stances.position("governing_law_venue", plain(text))
    return next((parameter.value for parameter in read.parameters if parameter.name == name), None)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("California law will govern these Terms except for its conflicts of laws principles.", "California"),
        ("governed by the laws of the State of Texas without regard to conflict of law principles", "Texas"),
        ("These Terms are governed by Irish law.", "Ireland"),
        ("the laws of England and Wales apply", "England and Wales"),
        ("governed by the laws of the People’s Republic of China in the mainland", "People's Republic of China"),
        ("The federal laws of the United States and the laws of the State of New York apply.", "New York"),
        ("The law of the country where you live applies.", None),
        ("You follow all applicable laws.", None),
    ],
)
def test_the_law_that_governs_is_named_as_a_reader_writes_it(text, law):
    assert stated(text, "governing_law") == law


@pytest.mark.parametrize(
    ("text", "court"),
    [
        ("brought exclusively in the federal or state courts of San Francisco, California, USA", "San Francisco, California"),
        ("The courts in Wichita County, Texas shall have exclusive jurisdiction.", "Wichita County, Texas"),
        ("the courts of Paris, France shall have exclusive jurisdiction", "Paris, France"),
        ("the courts located in Wichita County or Tarrant County, Texas", "Wichita County or Tarrant County, Texas"),
        ("The venue is the city and county of San Francisco, California.", "San Francisco, California"),
        ("You may sue before the courts of your place of residence.", None),
        ("A party may ask any court to protect its property.", None),
    ],
)  # fmt: skip
def test_a_court_is_where_it_sits_and_nothing_else(text, court):
    assert stated(text, "court") == court


def test_small_words_stay_small():
    assert jurisdictions.named("england and wales") == "England and Wales"
    assert jurisdictions.named("people’s republic of china") == "People's Republic of China"
