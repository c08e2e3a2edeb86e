"""What a person gets who imports: years of history on the first day, and not one alert."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from monitoring import importing, pipeline
from monitoring.alerts import matching
from monitoring.archive import chain
from monitoring.importing import feeding
from monitoring.models import (
    Alert,
    Change,
    Delivery,
    Document,
    Fetch,
    Link,
    Matching,
    Platform,
    Schedule,
    Screening,
    Snapshot,
    Source,
    Version,
)
from tests import world
from tests.monitoring.importing import collections
from tests.monitoring.importing.collections import BEGAN, DAY, PAGE, SERVICE, TEXT, URL

pytestmark = pytest.mark.django_db

FIRST, CHANGE, UPGRADE = "First record of", "Record new changes of", "Apply technical or declaration upgrade on"
RETENTION = "We keep your conversations for {} days and delete them afterwards, unless the law requires otherwise."


def page(days=30, **options):
    return world.terms(c3=RETENTION.format(days), **options)


def text(days=30, *, title="Terms of Service\n================"):
    clauses = world.CLAUSES | {"3. Retention": RETENTION.format(days)}
    return "\n\n".join(
        [title, *(f"{heading}\n{'-' * len(heading)}\n\n{words}" for heading, words in clauses.items())]
    ).encode()


@pytest.fixture
def declarations(tmp_path):
    return collections.declare(tmp_path / "declarations")


@pytest.fixture
def snapshots(tmp_path):
    """Three captures: the first, one that differs by its markup only, and one that keeps conversations for longer."""
    made = collections.Repository(tmp_path / "genai-snapshots")
    path = f"{SERVICE}/{PAGE}"
    made.record(path, page(), at=BEGAN, subject=FIRST, body="X-fetcher: fullDom")
    made.record(path, page(chrome="<script>1</script>"), at=BEGAN + DAY)
    made.record(path, page(90), at=BEGAN + 30 * DAY)
    return made


def bring_in(declarations, snapshots=None, versions=None, **options):
    """Run the command and return what it says."""
    out = io.StringIO()
    folders = {name: made.publish() for name, made in (("snapshots", snapshots), ("versions", versions)) if made}
    call_command("import_ota", declarations=declarations, **folders, **options, stdout=out)
    return out.getvalue()


def history(service=SERVICE):
    """Return what is recorded of one platform, without ids and without what names the platform or the commit."""
    rows = Screening.objects.filter(document__platform__name=service).order_by("observed_at")
    found = [
        (row.observed_at, row.outcome, bytes(row.digest), len(row.snapshot_ids), row.provenance.get("look"))
        for row in rows
    ]
    versions = Version.objects.filter(document__platform__name=service).order_by("sequence")
    changes = Change.objects.filter(document__platform__name=service).order_by("observed_at")
    return (
        found,
        [(row.sequence, row.observed_at, row.kind, row.text) for row in versions],
        [(row.observed_at, row.significance, row.before.sequence, row.after.sequence) for row in changes],
        Link.objects.filter(document__platform__name=service).count(),
    )


def test_captures_become_history_with_their_original_dates(declarations, snapshots):
    said = bring_in(declarations, snapshots)
    assert "3 captures and 0 texts imported" in said
    assert [row.observed_at for row in Version.objects.order_by("sequence")] == [BEGAN, BEGAN + 30 * DAY]
    change = Change.objects.get()
    assert (change.observed_at, change.significance) == (BEGAN + 30 * DAY, "substantive")
    assert set(Snapshot.objects.values_list("origin", flat=True)) == {"imported"}
    assert Screening.objects.get(observed_at=BEGAN + DAY).outcome == "unchanged"


def test_each_capture_keeps_where_it_came_from(declarations, snapshots):
    bring_in(declarations, snapshots)
    kept = Snapshot.objects.earliest("observed_at")
    assert kept.provenance == {
        "collection": "genai",
        "commit": snapshots.git("rev-list", "--max-parents=0", "HEAD"),
        "path": f"{SERVICE}/{PAGE}",
        "licence": "ODC-BY 1.0",
        "attribution": "Contains data from Open Terms Archive contributors, ODC-BY 1.0",
        "trailers": {"x-fetcher": "fullDom"},
    }
    assert kept.url == URL
    for document in Document.objects.all():
        assert chain.broken_at(document.links.order_by("sequence")) is None


def test_nobody_is_alerted_by_what_is_imported(declarations, snapshots, now):
    source = world.declare("le-chat-ai", now=now)["le-chat-ai"]
    alice = world.person("alice", now=now, plan="professional")
    world.watch(alice, source, now=now)
    bring_in(declarations, snapshots)
    assert matching.match_all(now=now + DAY) == 0
    assert Matching.objects.get().alerts == 0
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


def test_an_import_is_no_fetch_and_leaves_the_polling_alone(declarations, snapshots):
    bring_in(declarations, snapshots)
    schedule = Schedule.objects.get()
    assert (schedule.unread_at, schedule.held_at, schedule.lease_until, schedule.last_fetched_at) == (None,) * 4
    assert Schedule.objects.due(schedule.due_at).count() == 1
    assert not Fetch.objects.exists()


def test_a_second_run_changes_nothing(declarations, snapshots):
    bring_in(declarations, snapshots)
    before = history()
    assert "0 captures and 0 texts imported" in bring_in(declarations, snapshots)
    assert history() == before


def test_a_later_run_takes_what_was_recorded_since(declarations, snapshots):
    bring_in(declarations, snapshots)
    snapshots.record(f"{SERVICE}/{PAGE}", page(180), at=BEGAN + 60 * DAY)
    assert "1 captures and 0 texts imported" in bring_in(declarations, snapshots)
    assert [change.observed_at for change in Change.objects.order_by("observed_at")] == [
        BEGAN + 30 * DAY,
        BEGAN + 60 * DAY,
    ]


def many(made, service, ending="html", make=page):
    """Record a life with everything in it: changes, an error page, a shortened text that stays."""
    path = f"{service}/Terms of Service.{ending}"
    made.record(path, make(30), at=BEGAN, subject=FIRST)
    for number in range(1, 6):
        made.record(path, make(30 * (number + 1)), at=BEGAN + number * 10 * DAY)
    made.record(path, make(180)[: len(make()) // 2], at=BEGAN + 70 * DAY)
    made.record(path, make(210), at=BEGAN + 100 * DAY)
    made.record(path, make(240)[: len(make()) // 2], at=BEGAN + 110 * DAY)
    made.record("Else/Terms of Service.html", service.encode(), at=BEGAN + 200 * DAY)


@pytest.mark.parametrize(
    ("ending", "is_bare"), [("html", True), ("md", False)], ids=["captures, bare", "texts, with files"]
)
@pytest.mark.parametrize("rounds", [1, 7, 8, 9])
def test_a_stopped_import_goes_on_to_the_same_end(tmp_path, declarations, monkeypatch, ending, is_bare, rounds):
    made = collections.Repository(tmp_path / "genai-all", bare=is_bare)
    for service in (SERVICE, "Twin"):
        many(made, service, ending, page if ending == "html" else text)
    collections.declare(declarations, service="Twin")
    given = {"snapshots": made} if ending == "html" else {"versions": made}
    bring_in(declarations, platform=["Twin"], **given)
    write, done = feeding._write, []

    def stop(steps, now):
        if len(done) == rounds:
            raise KeyboardInterrupt
        done.append(write(steps, now))
        return done[-1]

    monkeypatch.setattr(feeding, "_write", stop)
    with pytest.raises(CommandError, match=r"stopped after \d+ records: run it again to go on"):
        bring_in(declarations, platform=[SERVICE], **given)
    monkeypatch.setattr(feeding, "_write", write)
    bring_in(declarations, platform=[SERVICE], **given)
    assert history(SERVICE) == history("Twin")
    assert len(history("Twin")[2]) >= 5


def test_a_round_that_breaks_leaves_nothing_of_itself(declarations, snapshots, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(matching, "settle", fail)
        with pytest.raises(RuntimeError):
            bring_in(declarations, snapshots)
    assert not Snapshot.objects.exists()
    bring_in(declarations, snapshots)
    assert Change.objects.count() == 1


def test_a_text_that_stays_is_believed_though_it_was_recorded_once(tmp_path, declarations):
    made = collections.Repository(tmp_path / "genai-snapshots")
    many(made, SERVICE)
    bring_in(declarations, made)
    shortened = Screening.objects.get(observed_at=BEGAN + 70 * DAY)
    assert shortened.outcome == "held"
    look = Screening.objects.get(observed_at=BEGAN + 70 * DAY + timedelta(hours=12))
    assert (look.outcome, look.provenance["look"], look.snapshot_ids) == ("news", 1, shortened.snapshot_ids)


def test_a_broken_page_is_logged_and_the_import_goes_on(declarations, snapshots, monkeypatch, caplog):
    understand = pipeline.understand

    def crash(state):
        if state.observed_at == BEGAN + DAY:
            raise RuntimeError("a page that breaks the reader")
        return understand(state)

    monkeypatch.setattr(pipeline, "understand", crash)
    assert "1 crashed" in bring_in(declarations, snapshots)
    assert "Le Chat.ai Terms of Service as of 2021-03-02" in caplog.text
    assert Change.objects.count() == 1


def test_a_document_of_several_sources_is_read_whole(tmp_path):
    terms = {"Terms of Service": {"combine": [{"fetch": f"{URL}/{part}"} for part in "ab"], "select": "main"}}
    made = collections.Repository(tmp_path / "genai-snapshots")
    first, second = (f"{SERVICE}/Terms of Service #terms-{part}.html" for part in "ab")
    made.record(first, page(), at=BEGAN, subject=FIRST)
    made.record(
        second,
        b"<main><p>A second page with words of its own about the acceptance of these terms by you.</p></main>",
        at=BEGAN,
    )
    made.record(first, page(90), at=BEGAN + DAY)
    bring_in(collections.declare(tmp_path / "d", terms), made)
    versions = list(Version.objects.order_by("sequence"))
    assert ["words of its own" in version.text for version in versions] == [True, True]
    assert [("30 days" in version.text, "90 days" in version.text) for version in versions] == [
        (True, False),
        (False, True),
    ]
    assert Version.objects.first().screening.snapshot_ids[1] == versions[0].screening.snapshot_ids[1]


def test_a_pdf_is_read_as_one(tmp_path, declarations, data_pack):
    body = next((data_pack / "replay" / "pdf").glob("*.pdf")).read_bytes()
    made = collections.Repository(tmp_path / "genai-snapshots")
    made.record(f"{SERVICE}/Terms of Service.pdf", body, at=BEGAN, subject=FIRST)
    bring_in(declarations, made)
    version = Version.objects.get()
    assert version.method == "pdf"
    assert version.size_words > 300


def test_a_renamed_service_keeps_its_history(tmp_path, declarations):
    made = collections.Repository(tmp_path / "genai-snapshots")
    made.record(f"Old Name/{PAGE}", page(), at=BEGAN, subject=FIRST)
    made.move(f"Old Name/{PAGE}", f"{SERVICE}/{PAGE}", at=BEGAN + DAY)
    made.record(f"{SERVICE}/{PAGE}", page(90), at=BEGAN + 2 * DAY)
    bring_in(declarations, made)
    assert Change.objects.get().before.observed_at == BEGAN
    assert Snapshot.objects.earliest("observed_at").provenance["path"] == f"Old Name/{PAGE}"


@pytest.fixture
def versions(tmp_path):
    made = collections.Repository(tmp_path / "genai-versions")
    path = f"{SERVICE}/{TEXT}"
    made.record(path, text(), at=BEGAN, subject=FIRST, body=f"from snapshot https://git.example/commit/{'5' * 40}")
    made.record(path, text(title="Terms, all of them, as we now read them"), at=BEGAN, subject=UPGRADE)
    made.record(path, text(90, title="Terms, all of them, as we now read them"), at=BEGAN + DAY)
    return made


def test_texts_alone_give_history_without_captures(declarations, versions):
    assert "0 captures and 3 texts imported" in bring_in(declarations, versions=versions)
    assert [row.kind for row in Version.objects.order_by("sequence")] == ["first", "technical", "change"]
    assert Version.objects.get(sequence=1).text.encode() == text()
    screening = Version.objects.get(sequence=1).screening
    assert (screening.snapshot_ids, screening.provenance["path"]) == ([], f"{SERVICE}/{TEXT}")
    assert screening.provenance["trailers"] == {"snapshots": "5" * 40}
    assert not Snapshot.objects.exists()


def test_a_technical_upgrade_of_theirs_is_never_a_change(declarations, versions):
    bring_in(declarations, versions=versions)
    change = Change.objects.get()
    assert (change.before.sequence, change.after.sequence) == (2, 3)
    assert not any("all of them" in edit["text"] for edit in change.summary.get("lines", ()) if "text" in edit)


def test_texts_fill_in_where_there_are_no_captures(tmp_path, declarations, snapshots):
    made = collections.Repository(tmp_path / "genai-versions")
    made.record(f"{SERVICE}/{TEXT}", text(7), at=BEGAN - DAY, subject=FIRST)
    made.record(f"{SERVICE}/{TEXT}", text(30), at=BEGAN)
    made.record(f"{SERVICE}/Privacy Policy.md", text(), at=BEGAN, subject=FIRST)
    terms = {"Terms of Service": {"fetch": URL, "select": "main"}, "Privacy Policy": {"fetch": f"{URL}/privacy"}}
    bring_in(collections.declare(declarations, terms), snapshots, made)
    rows = Version.objects.filter(document__terms_type="terms-of-service").order_by("sequence")
    assert [(row.kind, row.method) for row in rows] == [
        ("first", "plain text"), ("technical", "selectors"), ("change", "selectors"),
    ]  # fmt: skip
    assert Version.objects.get(document__terms_type="privacy-policy").method == "plain text"


def test_captures_are_read_by_the_declaration_of_their_time(tmp_path):
    history = {"Terms of Service": [{"fetch": URL, "select": ".old", "validUntil": (BEGAN + DAY).isoformat()}]}
    folder = collections.declare(
        tmp_path / "d", {"Terms of Service": {"fetch": URL, "select": ".new"}}, history=history
    )
    made = collections.Repository(tmp_path / "genai-snapshots")
    small, extra = page().decode(), "<p>You must be thirteen years old or older to use the service at all.</p>"
    both = small.replace("<main>", "<main class='old'>").replace("</main>", f"</main><div>{extra}</div>")
    made.record(f"{SERVICE}/{PAGE}", both.replace("<body>", "<body class=new>").encode(), at=BEGAN, subject=FIRST)
    made.record(
        f"{SERVICE}/{PAGE}",
        both.replace("<body>", "<body class=new>").replace("30 days", "90 days").encode(),
        at=BEGAN + 5 * DAY,
    )
    bring_in(folder, made)
    rows = list(Version.objects.order_by("sequence"))
    assert [row.kind for row in rows] == ["first", "technical", "change"]
    assert ["thirteen" in row.text for row in rows] == [False, True, True]
    assert rows[1].observed_at - (BEGAN + DAY) == timedelta(microseconds=1)
    assert Change.objects.get().edits.count() == 1
    assert [source.select for source in Source.objects.filter(retired_at=None)] == [[".new"]]


def test_our_own_first_capture_goes_on_from_imported_captures(declarations, snapshots, now):
    bring_in(declarations, snapshots)
    source = Source.objects.select_related("document__platform").get()
    alice = world.person("alice", now=now, plan="professional")
    world.watch(alice, source, now=now)
    reading, change = world.serve(source, page(120), at=now)
    assert reading.verdict.outcome == "news"
    assert change.before.observed_at == BEGAN + 30 * DAY
    assert matching.match_all(now=now) == 1


def test_our_own_first_capture_after_imported_texts_is_a_new_basis_and_the_next_a_change(declarations, versions, now):
    bring_in(declarations, versions=versions)
    source = Source.objects.get()
    reading, change = world.serve(source, page(120), at=now)
    assert (reading.verdict.outcome, change) == ("technical", None)
    _, change = world.serve(source, page(365), at=now + DAY)
    assert change.significance == "substantive"


def test_only_what_is_older_than_our_own_history_is_taken_and_nothing_of_ours_moves(declarations, snapshots):
    snapshots.record(f"{SERVICE}/{PAGE}", page(180), at=BEGAN + 60 * DAY)
    world.declare("le-chat-ai", now=BEGAN)
    Document.objects.update(terms_type="terms-of-service")
    world.serve(Source.objects.get(), page(120), at=BEGAN + 40 * DAY)
    own = Version.objects.get()
    assert "3 captures" in bring_in(declarations, snapshots)
    assert Version.objects.latest_of(own.document_id) == own
    assert max(Change.objects.values_list("observed_at", flat=True)) == BEGAN + 30 * DAY
    _, change = world.serve(Source.objects.current().get(), page(365), at=BEGAN + 50 * DAY)
    assert change.before == own
    assert "0 captures" in bring_in(declarations, snapshots)


def test_a_document_keeps_to_one_collection(tmp_path, declarations, snapshots):
    bring_in(declarations, snapshots)
    other = collections.Repository(tmp_path / "contrib-snapshots")
    other.record(f"{SERVICE}/{PAGE}", page(365), at=BEGAN + 90 * DAY, subject=FIRST)
    said = bring_in(declarations, other)
    assert "its history is from genai: contrib is left out" in said
    assert Snapshot.objects.count() == 3


def test_platforms_are_added_and_those_that_are_known_stay_as_they_are(declarations, snapshots, now):
    world.declare("le-chat-ai", "acme", url="https://ours.example/{slug}", now=now)
    Document.objects.update(terms_type="terms-of-service")
    bring_in(declarations, snapshots)
    assert set(Platform.objects.current().values_list("slug", "name")) == {
        ("acme", "Acme"),
        ("le-chat-ai", "Le-Chat-Ai"),
    }
    assert set(Source.objects.current().values_list("url", flat=True)) == {
        "https://ours.example/acme",
        "https://ours.example/le-chat-ai",
    }
    retired = Source.objects.exclude(retired_at=None).get()
    assert (retired.url, retired.snapshots.count()) == (URL, 3)
    assert Schedule.objects.count() == 2


def test_another_declaration_of_ours_makes_our_first_capture_a_new_basis(declarations, snapshots, now):
    world.declare("le-chat-ai", url="https://ours.example/{slug}", now=now)
    Document.objects.update(terms_type="terms-of-service")
    bring_in(declarations, snapshots)
    reading, change = world.serve(Source.objects.current().get(), page(120), at=now)
    assert (reading.verdict.outcome, change) == ("technical", None)


def test_since_leaves_out_what_was_recorded_before(declarations, snapshots):
    assert "1 captures" in bring_in(declarations, snapshots, since=BEGAN + 2 * DAY)
    assert Version.objects.get().observed_at == BEGAN + 30 * DAY


def test_captures_that_fit_no_source_are_told(declarations, snapshots):
    snapshots.record(f"{SERVICE}/Terms of Service #elsewhere.html", page(7), at=BEGAN + 3 * DAY)
    assert "Le Chat.ai Terms of Service: 1 captures fit no source" in bring_in(declarations, snapshots)


def test_what_is_wrong_is_said_before_anything_is_written(tmp_path, declarations, snapshots):
    wrong = collections.declare(tmp_path / "wrong", {"Terms of Service": {"fetch": "nowhere"}})
    badly = collections.declare(tmp_path / "badly", history={"Terms of Service": [{"fetch": URL}], "Nonsense": []})
    nobody = collections.declare(tmp_path / "nobody", service="Nobody")
    cases = [
        ({"declarations": wrong}, r'Le Chat\.ai\.json: terms "Terms of Service": fetch'),
        ({"declarations": badly}, r'history\.json: "Terms of Service"\[0\]: "validUntil" is missing'),
        ({"declarations": tmp_path / "none"}, "there is no such folder"),
        ({"declarations": nobody}, "no records of Nobody: are these the snapshots or versions of the same collection"),
        ({"declarations": declarations, "platform": ["Le Shat"]}, r"nearest: Le Chat\.ai"),
    ]
    for given, words in cases:
        with pytest.raises(CommandError, match=words):
            bring_in(snapshots=snapshots, **given)
    with pytest.raises(CommandError, match="not a git repository"):
        call_command("import_ota", declarations=declarations, snapshots=declarations)
    with pytest.raises(CommandError, match="give --snapshots, --versions or both"):
        bring_in(declarations)
    assert not Platform.objects.exists()


def test_two_imports_never_run_at_once(declarations, snapshots, monkeypatch):
    monkeypatch.setattr("monitoring.archive.imports.begin", lambda: False)
    with pytest.raises(CommandError, match="another import is running"):
        bring_in(declarations, snapshots)


def test_many_documents_go_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(feeding, "WIDTH", 2)
    made = collections.Repository(tmp_path / "genai-snapshots")
    names = ["A", "B", "C", "D", "E"]
    for number, name in enumerate(names):
        collections.declare(tmp_path / "d", service=name)
        for day in range(number + 1):
            made.record(f"{name}/{PAGE}", page(30 * (day + 1)), at=BEGAN + day * DAY)
    request = importing.Request(tmp_path / "d", made.publish())
    with importing.prepare(request) as found:
        assert list(found.read()) == []
        assert sum(found.run(now=BEGAN + 100 * DAY)) == found.total == 15
    assert [Change.objects.filter(document__platform__name=name).count() for name in names] == [0, 1, 2, 3, 4]
