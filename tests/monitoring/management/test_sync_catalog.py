"""manage.py sync_catalog: the rows say what the declarations say."""

import json

import pytest
from django.core.management import CommandError, call_command

from monitoring.models import Document, Platform, Schedule, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    declare(tmp_path, "acme", {"Terms of Service": {"fetch": "https://acme.example/terms", "select": "main"}})
    return tmp_path


def declare(folder, slug, terms, **fields):
    (folder / f"{slug}.json").write_text(json.dumps({"name": slug.title(), "terms": terms, **fields}))


def sync(folder, capsys):
    call_command("sync_catalog", folder)
    return capsys.readouterr().out.strip()


def test_a_new_declaration_becomes_rows_that_are_due(folder, capsys):
    assert "1 platforms, 1 documents declared" in sync(folder, capsys)
    source = Source.objects.get()
    assert (source.url, source.select) == ("https://acme.example/terms", ["main"])
    assert Schedule.objects.get().source == source


def test_syncing_again_changes_nothing(folder, capsys):
    sync(folder, capsys)
    assert sync(folder, capsys).endswith("0 rows added, 0 changed, 0 retired")


def test_a_new_address_is_a_new_source_and_the_old_one_is_kept(folder, capsys):
    sync(folder, capsys)
    declare(folder, "acme", {"Terms of Service": {"fetch": "https://acme.example/legal/terms", "select": "main"}})
    sync(folder, capsys)
    assert Source.objects.count() == 2
    assert Source.objects.get(retired_at=None).url == "https://acme.example/legal/terms"
    assert Schedule.objects.get().source.url == "https://acme.example/legal/terms"


def test_a_new_selector_changes_the_source_in_place(folder, capsys):
    sync(folder, capsys)
    declare(folder, "acme", {"Terms of Service": {"fetch": "https://acme.example/terms", "select": "article"}})
    assert "1 changed" in sync(folder, capsys)
    assert Source.objects.get().select == ["article"]


def test_what_is_gone_is_retired_and_comes_back(folder, capsys):
    sync(folder, capsys)
    declare(folder, "zenith", {"Privacy Policy": {"fetch": "https://zenith.example/privacy"}})
    (folder / "acme.json").rename(folder.parent / "acme.json")
    assert "1 retired" in sync(folder, capsys)
    assert not Schedule.objects.filter(source__document__platform__slug="acme").exists()
    (folder.parent / "acme.json").rename(folder / "acme.json")
    sync(folder, capsys)
    assert Platform.objects.get(slug="acme").retired_at is None
    assert Schedule.objects.filter(source__document__platform__slug="acme").exists()


def test_variants_are_documents_of_their_own(folder, capsys):
    terms = {
        "Privacy Policy": {
            "fetch": "https://acme.example/privacy",
            "x-conductatlas": {"variants": [{"fetch": "https://acme.example/eu/privacy", "region": "EU"}]},
        }
    }
    declare(folder, "acme", terms)
    sync(folder, capsys)
    found = set(Document.objects.filter(retired_at=None).values_list("region", "slug"))
    assert found == {("", "privacy-policy"), ("EU", "privacy-policy-eu")}


def test_a_mistake_is_named_with_its_fix_and_nothing_changes(folder, capsys):
    sync(folder, capsys)
    declare(folder, "broken", {"Terms of Service": {"select": "main"}})
    declare(folder, "wrong", {"Terms of Servise": {"fetch": "https://wrong.example/"}})
    with pytest.raises(CommandError) as error:
        call_command("sync_catalog", folder)
    message = str(error.value)
    assert "broken.json" in message
    assert '"fetch"' in message
    assert "Terms of Service" in message
    assert Platform.objects.count() == 1
