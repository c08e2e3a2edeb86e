"""The file names, subjects and trailers of Open Terms Archive."""

import pytest

from monitoring.importing import records


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Claude.ai/Terms of Service.html", ("Claude.ai", "Terms of Service", "", "html")),
        ("ChatGPT/Privacy Policy #legal-eu.html", ("ChatGPT", "Privacy Policy", "legal-eu", "html")),
        ("Alpha Vantage/Privacy Policy.PDF", ("Alpha Vantage", "Privacy Policy", "", "pdf")),
        ("README.md", None),
        (".github/workflows.yml", None),
        ("a/b/c.md", None),
        ("LICENSE", None),
    ],
)  # fmt: skip
def test_name_says_service_terms_type_and_source(path, expected):
    found = records.name(path)
    assert (found and (found.service, found.terms_type, found.source, found.ending)) == expected


@pytest.mark.parametrize(
    ("subject", "is_record", "is_upgrade"),
    [
        ("First record of X Terms of Service", True, False),
        ("Record new changes of X Terms of Service", True, False),
        ("Record new snapshot of X Terms of Service", True, False),
        ("Start tracking X Terms of Service", True, False),
        ("Update X Terms of Service", True, False),
        ("Refilter X Terms of Service", True, True),
        ("Apply technical or declaration upgrade on X Terms of Service", True, True),
        ("Add README", False, False),
    ],
)
def test_the_subject_says_whether_it_is_a_record_and_whether_of_better_rules(subject, is_record, is_upgrade):
    assert (records.is_record(subject), records.is_upgrade(subject)) == (is_record, is_upgrade)


def test_trailers_are_the_last_paragraph_in_any_case():
    message = (
        "Record new changes of X Y\n\nDocument ID legal-terms\n\n"
        "X-Engine-Version: 5.0.1\nx-source-document-location: https://x.example/a?b=c:d\nnot a trailer\n"
    )
    assert records.trailers(message) == {
        "x-engine-version": "5.0.1", "x-source-document-location": "https://x.example/a?b=c:d",
    }  # fmt: skip
    assert records.trailers("Note: a subject is no trailer") == {}


def test_the_commits_of_the_captures_are_found_in_the_message():
    first, second = "a" * 40, "0123456789" * 4
    message = (
        f"Record new changes of X Y\n\n- https://git.example/commit/{first}\n- https://git.example/commit/{second}\n"
    )
    assert records.snapshot_commits(message) == (first, second)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://openai.com/policies/eu-terms-of-use/", "policies-eu-terms-of-use"),
        ("https://x.example/legal/terms.html", "legal-terms"),
        ("https://x.example/legal/terms.html", "legal-terms.html"),
        ("https://x.example/a%3Ab?lang=en#top", "a_b"),
    ],
)
def test_a_sources_file_may_be_called_by_its_path_with_or_without_ending(url, name):
    assert name in records.source_names(url)
