"""A vendor list meets the catalog: by name, vendor, slug or domain; what nothing fits is handed back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import vendors
from monitoring.models import Platform
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog(now):
    world.declare("acme", "bolt-ai", now=now)
    Platform.objects.filter(slug="acme").update(vendor="Acme Holdings Inc.", home_page="https://www.acme.example/")


def slugs(text):
    return [platform.slug for platform in vendors.match(text).platforms]


@pytest.mark.parametrize(
    "written",
    ["Acme", "  acme ", "ACME, Inc.", "Acme GmbH", "acme.example", "https://acme.example/anything?x=1", "www.acme.example",
     "Acme Holdings", "terms.acme.example"],
)  # fmt: skip
def test_a_platform_is_found_however_it_is_written(written, catalog):
    assert slugs(written) in (["acme"], []) if written.startswith("terms.") else slugs(written) == ["acme"]


def test_a_csv_is_read_by_the_first_cell_that_fits(catalog):
    text = 'Vendor,Website,Owner\nSome Ltd,acme.example,Kim\n"Bolt-Ai",,Lee\nNobody Corp,nobody.example,Max\n'
    found = vendors.match(text)
    assert [platform.slug for platform in found.platforms] == ["acme", "bolt-ai"]
    assert found.unknown == ("Nobody Corp",)


def test_what_is_named_twice_counts_once_in_the_order_of_the_list(catalog):
    found = vendors.match("bolt-ai\nacme\nAcme\nnobody\nnobody")
    assert [platform.slug for platform in found.platforms] == ["bolt-ai", "acme"]
    assert found.unknown == ("nobody",)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_told_by_the_first_line(separator, catalog):
    assert slugs(f"name{separator}domain\nx{separator}acme.example") == ["acme"]


def test_a_long_list_costs_four_questions(catalog, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        vendors.match("\n".join(f"vendor {number}" for number in range(900)))


def test_a_list_that_is_too_long_says_what_to_do(catalog):
    with pytest.raises(vendors.ListRefused, match="Cut it in parts"):
        vendors.match("a\n" * 1001)
    with pytest.raises(vendors.ListRefused, match="Cut it in parts"):
        vendors.decoded(b"a" * 200_001)


def test_a_file_of_an_old_office_is_read(catalog):
    assert vendors.decoded("Möbel".encode("cp1252")) == "Möbel"
    assert vendors.decoded("\ufeffAcme".encode()) == "Acme"


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_no_text_makes_it_fail(text):
    vendors.match(text)
