"""What a declaration said before."""

import json
from datetime import UTC, datetime

import pytest

from monitoring import catalog

PAGE = {"fetch": "https://acme.example/terms", "select": "main"}


def written(folder, history):
    (folder / "Acme.com.json").write_text(json.dumps({"name": "Acme", "terms": {"Terms of Service": PAGE}}))
    if history is not None:
        (folder / "Acme.com.history.json").write_text(history if isinstance(history, str) else json.dumps(history))
    return catalog.load(folder)[0]


def test_past_is_empty_without_a_history_file(tmp_path):
    assert catalog.past(written(tmp_path, None)) == ()


def test_past_comes_oldest_first_with_sources_as_declared(tmp_path):
    combined = {"combine": [{"fetch": "https://acme.example/a"}, {"fetch": "https://acme.example/b", "remove": [".b"]}],
                "select": ".all", "validUntil": "2023-05-01T10:00:00+02:00"}  # fmt: skip
    unknown = PAGE | {"validUntil": "to-be-determined"}
    history = {"Terms of Service": [combined, unknown, PAGE | {"validUntil": "2021-01-01"}]}
    older, newer = catalog.past(written(tmp_path, history))
    assert (older.terms_type, older.valid_until) == ("terms-of-service", datetime(2021, 1, 1, tzinfo=UTC))
    assert newer.valid_until == datetime(2023, 5, 1, 8, tzinfo=UTC)
    assert [(source.url, source.select, source.remove) for source in newer.sources] == [
        ("https://acme.example/a", (".all",), ()), ("https://acme.example/b", (".all",), (".b",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ("{", "this is not JSON"),
        ([], "this is not a history"),
        ({"Terms of Serbice": []}, 'nearest is "Terms of Service"'),
        ({"Terms of Service": PAGE}, '"Terms of Service": give a list'),
        ({"Terms of Service": [PAGE]}, r'"Terms of Service"\[0\]: "validUntil" is missing or no date'),
        ({"Terms of Service": [PAGE | {"validUntil": "soon"}]}, "no date"),
        ({"Terms of Service": [{"fetch": "ftp://x", "validUntil": "2021-01-01"}]}, "fetch: "),
        ({"Terms of Service": ["x"]}, "give an object"),
    ],
)
def test_a_mistake_names_the_file_the_place_and_the_fix(tmp_path, history, words):
    with pytest.raises(catalog.CatalogError, match=rf"Acme\.com\.history\.json: .*{words}"):
        catalog.past(written(tmp_path, history))
