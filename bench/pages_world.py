"""A world as large as ours may become: 500 platforms, 5,000 documents, 100,000 versions, copied in within minutes.

Forty texts are written from the demo's, each with twenty versions that differ as versions do, and read by the real verbs.
Every document carries one of the forty, so sizes, outlines, edits and clauses are real; the database does the rest.
"""

import hashlib
import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

from accounts import rls
from monitoring import diff, extract, knowledge, segment
from monitoring.archive import partitions, readings
from monitoring.models import Change

PLATFORMS, DOCUMENTS, STEPS, TEXTS = 500, 10, 20, 40
CHECKS = 120  # of each document: thirty days, every six hours
NOW = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
STEP = timedelta(days=40)
CATEGORIES = ("chat", "coding", "image", "model-api", "voice", "office")
TYPES = (
    "Terms of Service", "Privacy Policy", "Acceptable Use Policy", "API Terms", "Data Processing Agreement",
    "Copyright Claims Policy", "Community Guidelines", "Developer Terms", "Commercial Terms", "Trackers Policy",
)  # fmt: skip
# Types that every document of the world speaks of, with what each of its stances is called in turn.
PROVISIONS = (
    "model_training_use", "data_retention", "mandatory_arbitration", "class_action_waiver", "age_eligibility", "liability_cap",
    "content_license_grant", "governing_law_venue",
)  # fmt: skip
REVISED = 9  # the step at which each of them is worded anew
DEMO = Path(__file__).resolve().parent.parent / "monitoring" / "demo" / "content"
_NUMBER = re.compile(r"\b[1-9][0-9]?\b")


def paragraphs():
    """Return the paragraphs of all texts of the demo, one list for each text."""
    files = sorted(DEMO.glob("*/*.md"))
    return [re.sub(r"\{\w+\}", "1 March 2026", each.read_text(encoding="utf8")).split("\n\n") for each in files]


def histories(seed=7):
    """Yield for each of the texts its versions, oldest first: about 20 kB, one to five paragraphs changed a step."""
    chance = random.Random(seed)
    sources = paragraphs()
    for _ in range(TEXTS):
        text = [each for source in chance.sample(sources, 3) for each in source]
        versions = ["\n\n".join(text)]
        while len(versions) < STEPS:
            text = changed(text, sources, chance)
            versions.append("\n\n".join(text))
        yield versions


def changed(text, sources, chance):
    text = list(text)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(1, len(text))
        act = chance.random()
        if act < 0.2 and len(text) > 60:
            del text[place]
        elif act < 0.5:
            text.insert(place, chance.choice(chance.choice(sources)))
        else:
            text[place] = _NUMBER.sub(lambda _: str(chance.randint(2, 99)), text[place]).replace(" may ", " will ")
    return text


def fill():
    """Make the world in the default database, which must be empty. Some minutes, most of them indexes."""
    partitions.ensure(now=NOW, since=NOW - timedelta(days=40))
    with rls.as_owner(), connection.cursor() as cursor:
        _write_texts(cursor)
        _write_catalog(cursor)
        for statement in STATEMENTS:
            cursor.execute(statement, {"checks": CHECKS, "now": NOW})
        _write_provisions(cursor)
        for table in (
            "platform",
            "document",
            "source",
            "snapshot",
            "screening",
            "version",
            "change",
            "edit",
            "provision",
            "revision",
        ):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('monitoring_{table}', 'id'), max(id)) FROM monitoring_{table}"
            )
    with rls.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _write_texts(cursor):
    cursor.execute(
        """
        CREATE TABLE bench_text (base int, step int, text text, outline jsonb, digest bytea, words int, at timestamptz);
        CREATE TABLE bench_change (base int, step int, significance text, reasons jsonb, summary jsonb, counts jsonb,
                                   suppressed jsonb);
        CREATE TABLE bench_edit (base int, step int, position int, kind text, before int, after int, further jsonb,
                                 words jsonb, significance text, reasons jsonb);
        CREATE TABLE bench_clause (base int, digest bytea, text text);
        """
    )
    texts, changes, edits, clauses = [], [], [], {}
    for base, versions in enumerate(histories()):
        before = None
        for step, text in enumerate(versions):
            cut = segment.clauses(text)
            clauses |= {(base, clause.digest): text[clause.start : clause.end] for clause in cut}
            digest = hashlib.sha256(text.encode()).digest()
            at = NOW - STEP * (STEPS - step)
            texts.append((base, step, text, json.dumps(readings.outline(cut)), digest, len(text.split()), at))
            if before is not None and (found := diff.compare(before, text)):
                changes.append((base, step, *_change(found)))
                edits += [(base, step, *_edit(edit)) for edit in readings.edits(found, Change())]
            before = text
    _copy(cursor, "bench_text", texts)
    _copy(cursor, "bench_change", changes)
    _copy(cursor, "bench_edit", edits)
    _copy(cursor, "bench_clause", [(base, digest, text) for (base, digest), text in clauses.items()])


def _change(found):
    summary = readings._plain(diff.summary(found, effective_date=None, first_seen_at=NOW))
    counts = {}
    for edit in found.edits:
        counts[edit.kind.value] = counts.get(edit.kind.value, 0) + 1
    reasons = [readings._ground(ground) for ground in found.grounds]
    return found.significance.value, *map(json.dumps, (reasons, summary, counts, {}))


def _edit(row):
    return (row.position, row.kind, row.before_position, row.after_position, json.dumps(row.further),
            json.dumps(row.words), row.significance, json.dumps(row.reasons))  # fmt: skip


def _copy(cursor, table, rows):
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _write_catalog(cursor):
    platforms = [
        (
            n,
            f"platform-{n:03d}",
            f"Platform {n:03d}",
            f"Vendor {n % 90}",
            f"https://p{n}.example/",
            "",
            CATEGORIES[n % 6],
            NOW,
        )
        for n in range(1, PLATFORMS + 1)
    ]
    documents = [
        ((n - 1) * DOCUMENTS + k + 1, n, kind, "", "", "", kind, kind.lower().replace(" ", "-"), NOW)
        for n in range(1, PLATFORMS + 1)
        for k, kind in enumerate(TYPES)
    ]
    _copy(cursor, "monitoring_platform (id, slug, name, vendor, home_page, legal_hub, category, created_at)", platforms)
    _copy(
        cursor,
        "monitoring_document (id, platform_id, terms_type, region, language, audience, name, slug, created_at)",
        documents,
    )


def _write_provisions(cursor):
    """Give each document a provision of each type, first seen with its first version and reworded with a later one."""
    taxonomy = knowledge.taxonomy()
    for number, key in enumerate(PROVISIONS):
        stances = [stance.key for stance in taxonomy.types[key].stances]
        cursor.execute(
            """INSERT INTO monitoring_provision (document_id, provision_type, created_at)
               SELECT id, %s, created_at FROM monitoring_document""",
            [key],
        )
        for step, fate in ((0, "new"), (REVISED, "revised")):
            cursor.execute(
                """INSERT INTO monitoring_revision (provision_id, version_id, previous_id, kind, fate, direction, altered, stance,
                       carveouts, parameters, passages, confidence, reason, score, level, taxonomy, observed_at, recorded_at)
                   SELECT p.id, v.id, (SELECT id FROM monitoring_revision WHERE provision_id = p.id), v.kind, %(fate)s,
                       'neutral', '[]', (%(stances)s::text[])[1 + (p.document_id + %(step)s) %% %(many)s], '[]', '[]',
                       jsonb_build_array(jsonb_build_object('clause', %(clause)s::int, 'start', o.value -> 5, 'end', o.value -> 6,
                                                            'confidence', 0.9, 'evidence', '[]'::jsonb)),
                       0.9, '', 40 + p.document_id %% 50, 'Medium', %(taxonomy)s, v.observed_at, v.recorded_at
                   FROM monitoring_provision p
                   JOIN monitoring_version v ON v.document_id = p.document_id AND v.sequence = %(step)s + 1,
                   LATERAL (SELECT v.outline -> %(clause)s AS value) o
                   WHERE p.provision_type = %(key)s""",
                {"fate": fate, "stances": stances, "step": step, "many": len(stances), "clause": 3 + 4 * number, "key": key,
                 "taxonomy": taxonomy.version},
            )  # fmt: skip


REVISION = readings.REVISION
METHOD = extract.Method.SELECTORS.value
OF_A_DOCUMENT = f"monitoring_document d JOIN bench_text t ON t.base = d.id %% {TEXTS}"
AT = "t.at + d.id * interval '7 minutes'"
ID = f"d.id * {STEPS} + t.step"
STATEMENTS = (
    """INSERT INTO monitoring_source (id, document_id, position, url, "select", remove, filters, render, created_at)
       SELECT id, id, 0, 'https://p.example/' || id, '[]', '[]', '[]', false, created_at FROM monitoring_document""",
    """INSERT INTO monitoring_schedule (source_id, due_at, etag, last_modified, last_fetched_at, last_success_at, failures,
                                        reason, read_attempts, held_at)
       SELECT id, %(now)s, '', '', %(now)s, %(now)s, CASE WHEN id %% 50 = 0 THEN 3 ELSE 0 END,
              CASE WHEN id %% 50 = 0 THEN 'timeout' ELSE '' END, 0, CASE WHEN id %% 70 = 0 THEN %(now)s END
       FROM monitoring_source""",
    """INSERT INTO monitoring_fetch (source_id, fetched_at, status, is_not_modified, size_bytes, duration_ms, reason, message)
       SELECT s.id, %(now)s - n * interval '6 hours', 200, true, 0, 80, '', ''
       FROM monitoring_source s, generate_series(1, %(checks)s) n""",
    """INSERT INTO monitoring_blob (digest, size_bytes, stored_bytes, created_at)
       SELECT DISTINCT ON (digest) digest, length(text), length(text) / 5, at FROM bench_text""",
    f"""INSERT INTO monitoring_snapshot (id, document_id, source_id, blob_id, origin, observed_at, recorded_at, content_type,
                                        url, redirects, headers, server_address, provenance)
       SELECT {ID}, d.id, d.id, t.digest, 'fetched', {AT}, {AT}, 'text/html', 'https://p.example/' || d.id, '[]', '[]', '',
              '{{}}' FROM {OF_A_DOCUMENT}""",
    f"""INSERT INTO monitoring_screening (id, document_id, snapshot_ids, outcome, difference, reasons, digest, sketch,
                                          size_words, observed_at, recorded_at, revision, provenance)
       SELECT {ID}, d.id, ARRAY[{ID}], CASE t.step WHEN 0 THEN 'first' ELSE 'news' END, '', '[]', t.digest, '', t.words,
              {AT}, {AT}, '{REVISION}', '{{}}' FROM {OF_A_DOCUMENT}""",
    f"""INSERT INTO monitoring_version (id, document_id, sequence, kind, screening_id, text, outline, digest, title,
                                        language, method, confidence, size_words, observed_at, recorded_at)
       SELECT {ID}, d.id, t.step + 1, CASE t.step WHEN 0 THEN 'first' ELSE 'change' END, {ID}, t.text, t.outline,
              t.digest, d.name, 'en', '{METHOD}', 1, t.words, {AT}, {AT} FROM {OF_A_DOCUMENT}""",
    f"""INSERT INTO monitoring_clause (document_id, digest, text)
       SELECT d.id, c.digest, c.text FROM monitoring_document d JOIN bench_clause c ON c.base = d.id %% {TEXTS}""",
    f"""INSERT INTO monitoring_change (id, document_id, before_id, after_id, significance, reasons, summary, counts,
                                       suppressed, observed_at, recorded_at)
       SELECT {ID}, d.id, {ID} - 1, {ID}, c.significance, c.reasons, c.summary, c.counts, c.suppressed, {AT}, {AT}
       FROM {OF_A_DOCUMENT} JOIN bench_change c ON c.base = t.base AND c.step = t.step""",
    f"""INSERT INTO monitoring_edit (change_id, position, kind, before_position, after_position, further, words,
                                     significance, reasons)
       SELECT {ID}, e.position, e.kind, e.before, e.after, e.further, e.words, e.significance, e.reasons
       FROM {OF_A_DOCUMENT} JOIN bench_change c ON c.base = t.base AND c.step = t.step
       JOIN bench_edit e ON e.base = t.base AND e.step = t.step""",
)
