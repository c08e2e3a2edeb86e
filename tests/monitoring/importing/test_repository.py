"""Git as two streams."""

import pytest

from monitoring.importing import repository
from tests.monitoring.importing import collections
from tests.monitoring.importing.collections import BEGAN, DAY


@pytest.fixture(params=[False, True], ids=["with files", "bare"])
def made(request, tmp_path):
    return collections.Repository(tmp_path / "demo-snapshots", bare=request.param)


def test_commits_come_children_first_with_their_authors_dates_and_files(made):
    first = made.record("Café/Terms of Service #a b.html", b"one", at=BEGAN, body="X-fetcher: fullDom")
    made.record("Café/Terms of Service #a b.html", b"two", at=BEGAN - DAY)
    found = list(repository.Repository(made.publish()).commits())
    assert [commit.at for commit in found] == [BEGAN - DAY, BEGAN]
    assert found[1].id == first
    assert found[1].files[0].path == "Café/Terms of Service #a b.html"
    assert found[1].message.endswith("X-fetcher: fullDom\n")


def test_bodies_are_the_very_bytes(made):
    body = bytes(range(256)) * 1000
    made.record("A/Privacy Policy.pdf", body, at=BEGAN)
    made.record("A/Privacy Policy.pdf", b"", at=BEGAN + DAY)
    opened = repository.Repository(made.publish())
    blobs = [commit.files[0].blob for commit in opened.commits()]
    with opened.bodies() as bodies:
        assert [bodies.get(blob) for blob in (*blobs, blobs[0])] == [b"", body, b""]


def test_a_blob_that_the_clone_lacks_is_none_and_the_next_is_read(made):
    made.record("A/Privacy Policy.html", b"here", at=BEGAN)
    opened = repository.Repository(made.publish())
    [commit] = opened.commits()
    with opened.bodies() as bodies:
        assert bodies.get("f" * 40) is None
        assert bodies.get(commit.files[0].blob) == b"here"


def test_a_file_that_is_too_large_is_passed_over_and_the_next_is_read(made, monkeypatch):
    monkeypatch.setattr(repository, "MAX_FILE_BYTES", 100_000)
    made.record("A/Privacy Policy.html", b"x" * 200_000, at=BEGAN)
    made.record("A/Privacy Policy.html", b"small", at=BEGAN + DAY)
    opened = repository.Repository(made.publish())
    with opened.bodies() as bodies:
        assert [bodies.get(commit.files[0].blob) for commit in opened.commits()] == [b"small", None]


def test_renames_name_the_old_path_and_removals_nothing(made):
    made.record("Old/Privacy Policy.html", b"text", at=BEGAN)
    made.move("Old/Privacy Policy.html", "New/Privacy Policy.html", at=BEGAN)
    made.git("rm", "--quiet", "New/Privacy Policy.html")
    made.git("commit", "--quiet", "-m", "Remove")
    files = [commit.files for commit in repository.Repository(made.publish()).commits()]
    assert files[1][0].renamed_from == "Old/Privacy Policy.html"
    assert files[0] == ()


def test_the_name_is_that_of_the_repository_it_was_cloned_from(made, tmp_path):
    made.record("A/Privacy Policy.html", b"text", at=BEGAN)
    folder = made.publish()
    assert repository.Repository(folder).name == ("demo-snapshots-work" if made.bare else "demo-snapshots")
    made.git("remote", "add", "origin", "https://user:secret@git.example/org/genai-snapshots.git")
    assert repository.Repository(made.work).name == "genai-snapshots"


def test_what_is_no_repository_is_refused_with_the_fix(tmp_path):
    inside = tmp_path / "project" / "folder"
    collections.Repository(tmp_path / "project").record("A/b.html", b"x", at=BEGAN)
    inside.mkdir()
    empty = collections.Repository(tmp_path / "empty").publish()
    for folder, words in (
        (tmp_path / "none", "no such folder"),
        (inside, "not a git repository"),
        (empty, "names no commit"),
    ):
        with pytest.raises(repository.RepositoryError, match=words):
            repository.Repository(folder)


@pytest.mark.parametrize("moment", ["99999999999999999999", "253402300800", "x", "-5"])
def test_a_commit_without_a_date_is_named_with_the_way_to_mend_it(moment, tmp_path):
    made = collections.Repository(tmp_path / "demo-snapshots")
    made.record("A/Privacy Policy.html", b"one", at=BEGAN)
    raw = tmp_path / "commit"
    raw.write_text(
        f"tree {made.git('rev-parse', 'HEAD^{tree}')}\nauthor A <a@a.example> {moment} +0000\n"
        "committer A <a@a.example> 1700000000 +0000\n\nm\n"
    )
    broken = made.git("hash-object", "-t", "commit", "-w", "--literally", str(raw))
    made.git("update-ref", "HEAD", broken)
    with pytest.raises(repository.RepositoryError, match=f"git replace --edit {broken}"):
        list(repository.Repository(made.publish()).commits())
