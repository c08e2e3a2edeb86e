"""The declarations that ship with the program."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import urlsplit

import pytest

from monitoring import catalog
from monitoring.catalog import PlatformDeclaration

PLATFORMS = catalog.load(catalog.DECLARATIONS)
DOCUMENTS = [document for platform in PLATFORMS for document in platform.documents]


def test_there_are_enough_platforms_and_documents() -> None:
    assert len(PLATFORMS) >= 48
    assert len(DOCUMENTS) >= 160


def test_nothing_in_them_is_left_out() -> None:
    assert catalog.read(catalog.DECLARATIONS).remarks == ()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.slug)
def test_a_platform_says_who_it_is_and_has_at_least_two_documents(platform: PlatformDeclaration) -> None:
    assert platform.vendor
    assert platform.home_page
    assert platform.category
    assert len(platform.documents) >= 2
    assert platform.path.stem == platform.slug


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.slug)
def test_every_address_is_https_and_names_a_host(platform: PlatformDeclaration) -> None:
    addresses = [platform.home_page, *(source.url for document in platform.documents for source in document.sources)]

    parts = [urlsplit(address) for address in addresses]
    assert [part.geturl() for part in parts if part.scheme != "https" or "." not in (part.hostname or "")] == []


def test_no_document_is_declared_twice() -> None:
    variants = Counter((platform.slug, *document.variant) for platform in PLATFORMS for document in platform.documents)
    addresses = Counter(source.url for document in DOCUMENTS for source in document.sources)

    assert [variant for variant, count in variants.items() if count > 1] == []
    assert [address for address, count in addresses.items() if count > 1] == []


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.slug)
def test_files_are_pretty_printed_in_one_order_of_keys(platform: PlatformDeclaration) -> None:
    text = platform.path.read_text(encoding="utf-8")
    declaration = json.loads(text)

    assert text == json.dumps(declaration, ensure_ascii=False, indent=2) + "\n"
    assert list(declaration) == ["name", "x-conductatlas", "terms"]
    assert all(next(iter(terms)) in {"fetch", "select", "combine"} for terms in declaration["terms"].values())
