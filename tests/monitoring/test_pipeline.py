"""The sentence: poll, read. What becomes of a document's captures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitoring import classify, extract, fetch, pipeline
from monitoring.alerts import matching
from monitoring.archive import chain, readings
from monitoring.models import Change, Clause, Link, Schedule, Screening, Snapshot, Version
from tests import world
from tests.servers import scripted

pytestmark = pytest.mark.django_db

RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


@pytest.fixture
def source(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    return source


def test_the_first_good_capture_becomes_the_first_version(source):
    version = Version.objects.get()
    assert (version.sequence, version.kind) == (1, "first")
    assert "We keep your conversations for 30 days" in version.text
    assert not Change.objects.exists()


def test_the_clauses_lie_where_the_outline_says(source):
    version = Version.objects.get()
    texts = {version.text[start:end] for *_, start, end in version.outline}
    assert world.CLAUSES["3. Retention"] in texts
    assert set(Clause.objects.values_list("text", flat=True)) == texts


def test_a_changed_clause_becomes_a_change_with_the_words(source, now):
    _, change = world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    assert change.significance == "substantive"
    edit = change.edits.get()
    before, after = change.before.text, change.after.text
    assert [(before[w[0] : w[1]].strip(), after[w[2] : w[3]].strip()) for w in edit.words] == [("30", "90")]
    assert change.observed_at == now + world.DAY


def test_only_the_new_clause_is_stored_again(source, now):
    known = Clause.objects.count()
    world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    assert Clause.objects.count() == known + 1


@pytest.mark.parametrize(
    "chrome",
    [
        '<script nonce="k3jh4">track("u-9182")</script>',
        '<aside class="related"><a href="/blog/7">Seven tips for better prompts</a></aside>',
        '<div id="cookie-banner">We use cookies. <button>Accept all</button></div>',
    ],
)
def test_what_lies_outside_the_text_is_no_change(source, now, chrome):
    reading, change = world.serve(source, world.terms(chrome=chrome), at=now + world.DAY)
    assert reading.verdict.outcome == "unchanged"
    assert change is None
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<p>We keep", "<p>\u200bWe\u00a0keep".encode()),
        (b"<p>We keep", b"<p>  We\n\n   keep"),
        (b"conversations", b'<a href="/c?utm_source=x&token=81aa">conversations</a>'),
        (b"<p>We keep", b'<p class="x-19f">We <strong>keep</strong>'),
    ],
    ids=["invisible characters", "white space", "a link target", "markup"],
)
def test_what_a_reader_cannot_see_is_no_change(source, now, old, new):
    _, change = world.serve(source, world.terms().replace(old, new), at=now + world.DAY)
    assert change is None
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body><main><h1>404</h1><p>This page could not be found. It may have been moved.</p></main></body></html>",
        b"<html><body><main></main></body></html>",
        b"<html><body><h1>Welcome</h1></body></html>",
        b"<html><body><main><p>Just a moment. Checking your browser before you go on.</p></main></body></html>",
    ],
    ids=["error page", "empty", "no match", "bot wall"],
)
def test_a_page_that_is_not_the_document_is_held_and_never_published(source, now, page):
    reading, change = world.serve(source, page, at=now + world.DAY)
    assert reading.verdict.outcome == "held"
    assert change is None
    assert Version.objects.count() == 1
    assert Screening.objects.first().reasons[0]["reason"]


def test_a_held_document_is_looked_at_again_within_the_hour(source, now):
    world.serve(source, b"<html><body><main></main></body></html>", at=now + world.DAY)
    schedule = Schedule.objects.get()
    assert schedule.held_at
    assert schedule.due_at == now + world.DAY + world.HOUR


def test_the_document_coming_back_settles_it_without_a_change(source, now):
    world.serve(source, b"<html><body><main></main></body></html>", at=now + world.DAY)
    reading, change = world.serve(source, world.terms(), at=now + 2 * world.DAY)
    assert reading.verdict.outcome == "unchanged"
    assert change is None
    assert Schedule.objects.get().held_at is None


def test_a_held_text_that_is_served_again_is_read_again_though_its_bytes_are_known(source, now):
    page = b"<html><body><main></main></body></html>"
    world.serve(source, page, at=now + world.DAY)
    reading, _ = world.serve(source, page, at=now + world.DAY + world.HOUR)
    assert reading is not None
    assert Screening.objects.count() == 3


def test_a_failed_fetch_leaves_the_text_as_it_is(source, now):
    world.capture(source, fetch.FetchError(fetch.Reason.NOT_FOUND, "gone", status=404), at=now + world.DAY)
    assert pipeline.read(now=now + world.DAY) == ([], [])
    assert Version.objects.count() == 1


def test_reading_twice_changes_nothing(source, now):
    world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    rows = [model.objects.count() for model in (Screening, Version, Change)]
    assert pipeline.read(now=now + 2 * world.DAY) == ([], [])
    Schedule.objects.update(unread_at=now)
    _, changes = pipeline.read(now=now + 2 * world.DAY)
    assert changes == []
    assert [model.objects.count() for model in (Screening, Version, Change)] == rows


def test_a_text_that_honestly_returns_is_a_version_of_its_own(source, now):
    world.serve(source, world.terms(c3=RETENTION), at=now + 30 * world.DAY)
    for hours in (0, 6, 12):
        world.serve(source, world.terms(), at=now + 90 * world.DAY + hours * world.HOUR)
    assert [version.sequence for version in Version.objects.order_by("sequence")] == [1, 2, 3]


def test_a_missing_part_blocks_the_version_and_never_shortens_it(now):
    first, second = world.declare("acme", parts=2, now=now)["acme"]
    world.capture(first, world.terms(), at=now)
    [reading], _ = pipeline.read(now=now)
    assert reading.verdict.reason == "missing part"
    assert not Version.objects.exists()
    world.serve(second, world.terms(c1="A second page with words of its own about acceptance."), at=now + world.HOUR)
    assert "words of its own" in Version.objects.get().text
    assert "We keep your conversations for 30 days" in Version.objects.get().text


def test_a_crash_of_one_document_is_counted_and_the_others_go_on(now, monkeypatch, caplog):
    sources = world.declare("acme", "zenith", now=now)
    for source in sources.values():
        world.capture(source, world.terms(), at=now)
    understand = pipeline.understand

    def crash(state):
        if state.document.platform.slug == "acme":
            raise RuntimeError("a clause that breaks the reader")
        return understand(state)

    monkeypatch.setattr(pipeline, "understand", crash)
    for attempt in range(5):
        pipeline.read(now=now + timedelta(minutes=attempt))
    assert Version.objects.get().document.platform.slug == "zenith"
    parked = Schedule.objects.get(source=sources["acme"])
    assert (parked.read_attempts, parked.unread_at) == (3, now)
    assert caplog.text.count("reading Acme Terms of Service failed") == 3
    monkeypatch.setattr(pipeline, "understand", understand)
    world.serve(sources["acme"], world.terms(c3=RETENTION), at=now + world.DAY)
    assert Version.objects.filter(document__platform__slug="acme").exists()


def test_a_text_that_cannot_be_written_is_counted_and_the_others_go_on(now, monkeypatch, caplog):
    sources = world.declare("acme", "bravo", "zenith", now=now)
    for slug, source in sources.items():
        world.capture(source, world.terms(c7=f"These terms of {slug} are governed by the laws of Ireland."), at=now)
    provisions = classify.provisions

    def crash(text, clauses, **expected):
        if "terms of bravo" in text:
            raise RuntimeError("a clause that breaks the classifier")
        return provisions(text, clauses, **expected)

    monkeypatch.setattr(classify, "provisions", crash)
    done, _ = pipeline.read(now=now)
    assert {reading.state.document.platform.slug for reading in done} == {"acme", "zenith"}
    for attempt in range(4):
        pipeline.read(now=now + timedelta(minutes=attempt))
    assert {version.document.platform.slug for version in Version.objects.all()} == {"acme", "zenith"}
    parked = Schedule.objects.get(source=sources["bravo"])
    assert (parked.read_attempts, parked.unread_at) == (3, now)
    assert all(
        chain.broken_at(Link.objects.filter(document=s.document).order_by("sequence")) is None for s in sources.values()
    )


def test_a_header_that_is_no_text_keeps_no_batch_from_being_recorded(now, settings):
    odd = scripted.page(world.terms(), headers={"X-Powered-By": "Caf\udce9", "ETag": '"\udce9"'})
    with scripted.serve({"/acme": odd, "/zenith": scripted.page(world.terms())}) as server:
        settings.FETCH_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
        settings.FETCH_HOST_INTERVAL_SECONDS = 0
        sources = world.declare("acme", "zenith", url=server.url("/{slug}"), now=now)
        pipeline.poll(list(sources.values()), now=now)
    assert {row.document.platform.slug for row in Snapshot.objects.all()} == {"acme", "zenith"}


def test_the_queries_of_a_batch_do_not_grow_with_its_size(now, django_assert_max_num_queries):
    sources = world.declare(*(f"p{n}" for n in range(12)), now=now)
    for source in sources.values():
        world.capture(source, world.terms(), at=now)
    with django_assert_max_num_queries(28):
        readings, _ = pipeline.read(now=now)
    assert len(readings) == 12


def better_rules(monkeypatch, *, drop):
    """From now on the rules leave the sentence `drop` out of every text, and say that they are new ones."""
    extracted = extract.extract

    def improved(pages):
        text = extracted(pages)
        return replace(text, text=text.text.replace(drop, ""))

    monkeypatch.setattr(extract, "extract", improved)
    monkeypatch.setattr(readings, "REVISION", "2027-01")


def test_a_reread_adds_technical_upgrades_and_alerts_nobody(source, now, monkeypatch):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    matching.match_all(now=now + world.DAY)
    better_rules(monkeypatch, drop=" or to interfere with its operation")
    assert pipeline.reread(source.document, now=now + 2 * world.DAY) == 2
    upgrades = Version.objects.filter(kind="technical").order_by("sequence")
    assert [version.supersedes.sequence for version in upgrades] == [1, 2]
    assert [version.observed_at for version in upgrades] == [now, now + world.DAY]
    assert Change.objects.count() == 1
    assert matching.match_all(now=now + 2 * world.DAY) == 0


def test_a_reread_leaves_what_was_recorded_as_it_was(source, now, monkeypatch):
    world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    before = list(Version.objects.order_by("sequence").values_list("text", "digest", "observed_at"))
    better_rules(monkeypatch, drop=" or to interfere with its operation")
    pipeline.reread(source.document, now=now + 2 * world.DAY)
    assert list(Version.objects.order_by("sequence").values_list("text", "digest", "observed_at"))[:2] == before
    assert chain.broken_at(Link.objects.filter(document=source.document).order_by("sequence")) is None


def test_a_reread_is_done_once_and_goes_on_where_it_stopped(source, now, monkeypatch):
    world.serve(source, world.terms(c3=RETENTION), at=now + world.DAY)
    better_rules(monkeypatch, drop=" or to interfere with its operation")
    stopped, recorded = [], readings.record

    def stop_after_one(rows, *, now):
        if stopped:
            raise KeyboardInterrupt
        stopped.append(rows)
        return recorded(rows, now=now)

    monkeypatch.setattr(readings, "record", stop_after_one)
    with pytest.raises(KeyboardInterrupt):
        pipeline.reread(source.document, now=now + 2 * world.DAY)
    monkeypatch.setattr(readings, "record", recorded)
    assert pipeline.reread(source.document, now=now + 2 * world.DAY) == 1
    assert pipeline.reread(source.document, now=now + 3 * world.DAY) == 0


def test_the_next_capture_is_compared_with_the_upgraded_text(source, now, monkeypatch):
    """Dropping a sentence by better rules must not look like a change of the platform's when the page is fetched again."""
    better_rules(monkeypatch, drop=" or to interfere with its operation")
    pipeline.reread(source.document, now=now + world.DAY)
    _, change = world.serve(source, world.terms() + b"<!-- new bytes -->", at=now + 2 * world.DAY)
    assert change is None
    _, change = world.serve(source, world.terms(c3=RETENTION), at=now + 3 * world.DAY)
    assert [edit.kind for edit in change.edits.all()] == ["reworded"]
