"""All records in order of time."""

from datetime import datetime

import pytest

from monitoring.importing import index
from monitoring.importing.repository import Commit, File
from tests.monitoring.importing.collections import BEGAN, DAY


def commit(number: int, at: datetime, *files: File, message: str = "Update A B") -> Commit:
    return Commit(f"{number:040x}", at, message, files)


@pytest.fixture
def opened():
    with index.opened() as found:
        yield found


def listed(opened):
    opened.sort()
    files = opened.files()
    return {(text, name.service): [r.blob for r in opened.records([n])] for n, (text, name) in files.items()}


def test_records_come_in_order_of_time_whatever_the_order_of_the_commits(opened):
    for number, day in reversed(list(enumerate((3, 1, 2, 1)))):
        opened.add(commit(number, BEGAN + day * DAY, File("A/Terms of Service.html", str(number))), is_text=False)
    assert listed(opened) == {(False, "A"): ["1", "3", "2", "0"]}
    assert opened.count([0]) == 4
    assert opened.count([0], BEGAN + 2 * DAY) == 2


def test_a_renamed_file_keeps_its_history_and_a_new_one_of_the_old_name_does_not_get_it(opened):
    old, new = "Old/Terms of Service.html", "New/Terms of Service.html"
    opened.add(commit(4, BEGAN + 3 * DAY, File(old, "3")), is_text=False)
    opened.add(commit(3, BEGAN + 2 * DAY, File(new, "2")), is_text=False)
    opened.add(commit(2, BEGAN + DAY, File(new, "1", renamed_from=old), message="Rename"), is_text=False)
    opened.add(commit(1, BEGAN, File(old, "1")), is_text=False)
    assert listed(opened) == {(False, "New"): ["1", "2"], (False, "Old"): ["3"]}


def test_texts_and_captures_of_one_name_are_kept_apart(opened):
    opened.add(commit(1, BEGAN, File("A/Terms of Service.md", "1")), is_text=False)
    opened.add(commit(2, BEGAN, File("A/Terms of Service.md", "2")), is_text=True)
    assert listed(opened) == {(False, "A"): ["1"], (True, "A"): ["2"]}


def test_commits_that_are_no_records_are_left_out(opened):
    opened.add(commit(1, BEGAN, File("A/Terms of Service.html", "1"), message="Clean up"), is_text=False)
    opened.add(commit(2, BEGAN, File("README.md", "1")), is_text=False)
    assert listed(opened) == {}


def test_a_record_names_its_commit_its_path_then_and_its_trailers(opened):
    message = "Apply technical or declaration upgrade on A B\n\nX-engine-version: 5\n"
    opened.add(commit(7, BEGAN, File("A/Terms of Service.md", "1"), message=message), is_text=True)
    opened.sort()
    [record] = opened.records([0])
    assert (record.at, record.commit, record.path, record.is_text, record.is_upgrade, record.trailers) == (
        BEGAN, f"{7:040x}", "A/Terms of Service.md", True, True, (("x-engine-version", "5"),),
    )  # fmt: skip


def test_a_file_renamed_twice_is_one_history(opened):
    paths = [f"{name}/Terms of Service.html" for name in "ABC"]
    opened.add(commit(4, BEGAN + 3 * DAY, File(paths[2], "2", renamed_from=paths[1]), message="Rename"), is_text=False)
    opened.add(commit(3, BEGAN + 2 * DAY, File(paths[1], "2")), is_text=False)
    opened.add(commit(2, BEGAN + DAY, File(paths[1], "1", renamed_from=paths[0]), message="Rename"), is_text=False)
    opened.add(commit(1, BEGAN, File(paths[0], "1")), is_text=False)
    assert listed(opened) == {(False, "C"): ["1", "2"]}
