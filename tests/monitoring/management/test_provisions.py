"""manage.py find_provisions and assess: provision types of paragraphs, and worked examples as they are composed."""

import json

import pytest
from django.core.management import CommandError, call_command

TRAINING = "We do not use your content to train our models unless you switch training on in your account settings."


def test_each_paragraph_gets_a_row_with_types_and_stances(tmp_path):
    rows = [{"id": "a", "text": TRAINING, "heading": "Training"}, {"id": "b", "text": "The weather was fine."}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    call_command("find_provisions", tmp_path / "in.jsonl", out=tmp_path / "out.jsonl", verbosity=0)
    found = {row["id"]: row for row in map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())}
    assert "model_training_use" in found["a"]["provision_types"]
    assert found["a"]["stance"]["model_training_use"] in ("never", "opt_in")
    assert found["b"]["provision_types"] == []


def test_a_row_without_text_is_refused(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": "a"}\n')
    with pytest.raises(CommandError, match="give rows"):
        call_command("find_provisions", tmp_path / "in.jsonl", out=tmp_path / "out.jsonl")


def test_a_worked_example_is_printed_with_its_arithmetic(capsys):
    call_command("assess")
    first = capsys.readouterr().out.split()[0]
    call_command("assess", example=int(first))
    printed = capsys.readouterr().out
    assert "WHY IT MATTERS" in printed
    assert "of 100" in printed


def test_an_unknown_example_names_those_there_are():
    with pytest.raises(CommandError, match="there are 1"):
        call_command("assess", example=99)
