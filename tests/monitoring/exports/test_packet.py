"""The evidence packet: checked by the script inside, offline, by somebody who has nothing else."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from accounts.models import AuditEvent
from monitoring.archive import blobs
from monitoring.exports import packet
from tests import world

pytestmark = pytest.mark.django_db

RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


@pytest.fixture
def change(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    return change


@pytest.fixture
def folder(change, now, tmp_path):
    """The packet, unpacked."""
    with zipfile.ZipFile(io.BytesIO(packet.packet(change, now=now + 2 * world.DAY))) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def check(folder):
    """Run the script of the packet with a bare interpreter: no site packages, nothing of ours on its path."""
    command = [sys.executable, "-I", "-S", "-B", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_untouched_packet_passes_every_check(folder):
    done = check(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 6
    assert "FAILED" not in done.stdout


def test_the_bytes_as_served_are_inside_with_how_they_came(folder):
    bodies = [path.read_bytes() for path in sorted((folder / "captures").glob("*.html"))]
    assert bodies == [world.terms(), world.terms(c3=RETENTION)]
    told = json.loads(sorted((folder / "captures").glob("*.json"))[0].read_text())
    assert (told["origin"], told["address"]) == ("fetched", "https://a.example/terms")


def test_what_changed_is_told_with_its_words_and_provisions(folder):
    (edit,) = json.loads((folder / "change.json").read_text())["edits"]
    assert [(word["removed"].strip(), word["added"].strip()) for word in edit["words"]] == [("30", "90")]
    (provision,) = json.loads((folder / "provisions.json").read_text())
    assert (provision["before"]["parameters"], provision["after"]["parameters"]) == (
        {"retention_days": 30},
        {"retention_days": 90},
    )


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("captures/*.html", b"30 days", b"31 days"),
        ("texts/before.md", b"30 days", b"31 days"),
        ("change.json", b"90", b"91"),
        ("chain.json", b'"sequence": 2', b'"sequence": 7'),
        ("records/*-version.json", b'"language":"en"', b'"language":"de"'),
        ("README.txt", b"Acme", b"Acne"),
    ],
)
def test_a_packet_that_was_tampered_with_fails(folder, pattern, old, new):
    path = sorted(folder.glob(pattern))[0]
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    assert check(folder).returncode == 1


def test_a_forger_who_writes_the_manifest_anew_is_found_by_the_chain(folder):
    """Text and manifest are changed together; the chain still vouches for the old text."""
    import hashlib

    text = folder / "texts" / "after.md"
    text.write_bytes(text.read_bytes().replace(b"90 days", b"10 days"))
    manifest = json.loads((folder / "manifest.json").read_text())
    for row in manifest["files"]:
        row["sha256"] = hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    done = check(folder)
    assert done.returncode == 1
    assert "after.md" in done.stdout


def test_a_file_slipped_in_is_named(folder):
    (folder / "texts" / "extra.md").write_text("not ours")
    assert "texts/extra.md is not of this packet" in check(folder).stdout


def test_the_same_change_at_the_same_moment_gives_the_same_bytes(change, now):
    assert packet.packet(change, now=now) == packet.packet(change, now=now)


def test_professional_downloads_it_and_the_trail_says_so(client, change, now):
    alice = world.person("alice", plan="professional", now=now)
    client.force_login(alice)
    answer = client.get(f"/changes/{change.pk}/packet/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="CA-C-{change.pk:06d}.zip"'
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert AuditEvent.objects.filter(verb="packet.exported", target_id=change.pk).count() == 1


@pytest.mark.parametrize("page", ["packet", "redline"])
def test_other_plans_read_what_it_is_and_visitors_sign_in(client, change, now, page):
    assert client.get(f"/changes/{change.pk}/{page}/").status_code == 302
    client.force_login(world.person("bob", plan="watcher", now=now))
    answer = client.get(f"/changes/{change.pk}/{page}/")
    assert answer.status_code == 403
    assert "Professional" in answer.content.decode()


def test_a_packet_with_a_gap_is_not_made(client, change, now, monkeypatch):
    def lost(digest):
        raise blobs.BlobError(f"{digest.hex()} is lost")

    monkeypatch.setattr(blobs, "load", lost)
    client.force_login(world.person("alice", plan="professional", now=now))
    answer = client.get(f"/changes/{change.pk}/packet/")
    assert answer.status_code == 503
    assert "is lost" in answer.content.decode()


def test_the_redline_is_one_file_with_the_words_marked(client, change, now):
    client.force_login(world.person("alice", plan="professional", now=now))
    answer = client.get(f"/changes/{change.pk}/redline/")
    page = answer.content.decode()
    assert answer.headers["Content-Disposition"].endswith('-redline.html"')
    assert "<del>30" in page
    assert "<ins>90" in page
