"""The evidence packet: checked by the script inside, offline, by somebody who has nothing else."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest

from accounts.models import AuditEvent
from monitoring.archive import blobs
from monitoring.exports import packet, verify
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
    assert done.stdout.count("ok ") == 7
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


def test_one_flipped_bit_of_any_file_is_found(folder, capsys):
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        body = path.read_bytes()
        for place in sorted({0, len(body) - 1, *range(3, len(body), 211)}):
            path.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
            assert verify.main(folder) == 1, f"{path.name} at {place}"
        path.write_bytes(body)
    capsys.readouterr()
    assert verify.main(folder) == 0


def test_a_file_that_is_gone_or_unreadable_is_told_of_and_no_traceback(folder):
    for path in sorted(each for each in folder.rglob("*.*") if each.is_file() and each.name != "verify.py"):
        body = path.read_bytes()
        path.unlink()
        assert verify.main(folder) == 1, path
        path.write_bytes(b"[" * 100_000)
        assert verify.main(folder) == 1, path
        path.write_bytes(body)


def written_anew(folder):
    """Do what a forger does at the end: let manifest and sums name the files as they are now."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = [row for row in manifest["files"] if (folder / row["path"]).exists()]
    for row in manifest["files"]:
        row["sha256"] = hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = (
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in paths
        if name != "SHA256SUMS"
    )
    (folder / "SHA256SUMS").write_text("".join(sums))


def failed(folder):
    """Return what the script says that fails."""
    return [line.split(maxsplit=2)[2] for line in check(folder).stdout.splitlines() if line.startswith("FAILED")]


def test_a_forger_who_changes_a_text_is_found_by_the_chain(folder):
    text = folder / "texts" / "after.md"
    text.write_bytes(text.read_bytes().replace(b"90 days", b"10 days"))
    written_anew(folder)
    assert [line[:20] for line in failed(folder)] == ["Both texts are those", "Every word said to h"]


def test_a_forger_who_swaps_the_texts_is_found_by_the_chain(folder):
    before, after = folder / "texts" / "before.md", folder / "texts" / "after.md"
    bodies = before.read_bytes(), after.read_bytes()
    after.write_bytes(bodies[0])
    before.write_bytes(bodies[1])
    written_anew(folder)
    assert "Both texts are those that the chain vouches for, in this order." in failed(folder)


def test_a_forger_who_takes_captures_or_records_away_is_found(folder):
    for path in [*(folder / "captures").iterdir(), *(folder / "records").glob("*-change.json")]:
        path.unlink()
    written_anew(folder)
    assert len(failed(folder)) == 3


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("change.json", b'"significance": "substantive"', b'"significance": "housekeeping"'),
        ("change.json", b'"observed_at": "2026', b'"observed_at": "2025'),
        ("captures/*.json", b'"served_at": "2026', b'"served_at": "2025'),
        ("captures/*.json", b"https://a.example/terms", b"https://b.example/terms"),
        ("captures/*.json", b'"origin": "fetched"', b'"origin": "rendered"'),
    ],
)
def test_a_forger_who_tells_another_story_is_found_by_the_chain(folder, pattern, old, new):
    path = sorted(folder.glob(pattern))[0]
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    written_anew(folder)
    assert len(failed(folder)) == 1


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
