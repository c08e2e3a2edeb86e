"""The closed list of terms types."""

from __future__ import annotations

from collections import Counter

import pytest

from monitoring.catalog import terms_types


def test_the_list_has_the_44_types_of_open_terms_archive_and_our_own() -> None:
    common = [each for each in terms_types.TERMS_TYPES if not each.is_ai_specific]

    assert len(common) == 44
    assert len(terms_types.TERMS_TYPES) > 60


def test_no_name_or_alias_stands_for_two_types() -> None:
    names = Counter(name.casefold() for each in terms_types.TERMS_TYPES for name in (each.name, *each.aliases))

    assert [name for name, count in names.items() if count > 1] == []
    assert len(terms_types.BY_KEY) == len(terms_types.TERMS_TYPES)


def test_every_type_is_explained() -> None:
    assert [each.name for each in terms_types.TERMS_TYPES if not each.description.endswith(".")] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Terms of Service", "terms-of-service"),
        ("terms  of use", "terms-of-service"),
        ("Data Processing Addendum", "data-processor-agreement"),
        ("Usage Policy", "acceptable-use-policy"),
        ("Responsible Scaling Policy", "frontier-safety-framework"),
    ],
)
def test_named_knows_names_and_aliases_in_any_case(name: str, key: str) -> None:
    found = terms_types.named(name)

    assert found is not None
    assert found.key == key


def test_named_is_none_for_what_is_not_in_the_list() -> None:
    assert terms_types.named("Recipe Collection") is None


def test_nearest_is_the_type_spelled_most_alike() -> None:
    assert terms_types.nearest("Privay Polcy").key == "privacy-policy"
    assert terms_types.nearest("Subprocesor list").key == "subprocessor-list"
