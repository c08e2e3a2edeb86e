"""Rows for tests of the faces: a platform with a document, versions that differ, and people with plans."""

import hashlib
from datetime import datetime, timedelta

from accounts import api_keys, audit, organizations
from accounts.models import Scope, User
from billing.models import Source as Payer
from billing.models import Subscription
from monitoring import diff, segment
from monitoring.models import (
    Blob, Change, Document, Edit, Fetch, Platform, Schedule, Screening, Snapshot, Source, Version,
)  # fmt: skip

TERMS = """# Terms of Service

Effective date: 1 March 2026

These terms are an agreement between you and Lantern Labs about the use of Lantern.

## 1. Your content

1.1 You keep your rights in what you put in.

1.2 We keep your inputs for 30 days and delete them after that.

## 2. Disputes

2.1 Disputes are heard by the courts of the place where you live.

2.2 Write to [support](https://lantern.example/help) before you sue us.

| Fee | Amount |
| --- | --- |
| Filing | $50 |
"""
CHANGED = TERMS.replace("for 30 days", "for 90 days").replace(
    "2.1 Disputes are heard by the courts of the place where you live.",
    "2.1 You must resolve disputes with us by binding arbitration, and you may not join a class action.",
)


def platform(*, now: datetime, slug: str = "lantern", name: str = "Lantern", **values: object) -> Platform:
    return Platform.objects.create(
        slug=slug, name=name, created_at=now, home_page="https://lantern.example/", category="assistant", **values
    )


def document(of: Platform, *, now: datetime, name: str = "Terms of Service", slug: str = "terms-of-service") -> Document:
    """Return a document with one source that was checked an hour ago."""
    row = Document.objects.create(platform=of, terms_type=slug, language="en", name=name, slug=slug, created_at=now)
    source = Source.objects.create(document=row, url=f"https://lantern.example/{slug}", created_at=now)
    hour_ago = now - timedelta(hours=1)
    Schedule.objects.create(source=source, due_at=now, last_fetched_at=hour_ago, last_success_at=hour_ago)
    Fetch.objects.create(source=source, fetched_at=hour_ago, status=200, size_bytes=100)
    return row


def version(of: Document, text: str, *, at: datetime, kind: str = Version.Kind.CHANGE) -> Version:
    """Return the next version of the document, captured at `at`."""
    sequence = of.versions.count() + 1
    return Version.objects.create(
        document=of, sequence=sequence, kind=Version.Kind.FIRST if sequence == 1 else kind,
        screening=screening(of, text, at=at, outcome="first" if sequence == 1 else "news"), text=text,
        outline=[
            [each.digest.hex(), each.path, each.number, each.heading, each.kind.value, each.start, each.end]
            for each in segment.clauses(text)
        ],
        digest=hashlib.sha256(text.encode()).digest(), title=of.name, language="en", method="selectors",
        size_words=len(text.split()), observed_at=at, recorded_at=at,
    )  # fmt: skip


def screening(of: Document, text: str, *, at: datetime, outcome: str, reasons: tuple[str, ...] = ()) -> Screening:
    return Screening.objects.create(
        document=of, snapshot_ids=[snapshot(of, text, at=at).pk], outcome=outcome, difference="words",
        reasons=[{"reason": reason, "detail": "", "spans": []} for reason in reasons],
        digest=hashlib.sha256(text.encode()).digest(), sketch=b"", observed_at=at, recorded_at=at, revision="test",
    )  # fmt: skip


def snapshot(of: Document, text: str, *, at: datetime) -> Snapshot:
    blob, _ = Blob.objects.get_or_create(
        digest=hashlib.sha256(text.encode()).digest(), defaults={"size_bytes": 9, "stored_bytes": 9, "created_at": at}
    )
    source = of.sources.get()
    return Snapshot.objects.create(
        document=of, source=source, blob=blob, origin="demo", observed_at=at, recorded_at=at, url=source.url
    )


def change(of: Document, before: str, after: str, *, at: datetime) -> Change:
    """Return the change that turns the text `before` (seen a month earlier, unless it is there) into `after`."""
    old = of.versions.order_by("-sequence").first() or version(of, before, at=at - timedelta(days=30))
    new = version(of, after, at=at)
    found = diff.compare(before, after)
    summary = diff.summary(found)
    row = Change.objects.create(
        document=of, before=old, after=new, significance=found.significance.value,
        reasons=[{"why": ground.why.value, "detail": ground.detail} for ground in found.grounds],
        summary={
            "headline": summary.headline,
            "lines": [{"code": line.code, "text": line.text, "values": list(line.values), "edit": line.edit} for line in summary.lines],
            "facts": [], "topics": list(summary.topics),
            "left_out": [{"code": line.code, "text": line.text} for line in summary.left_out],
        },
        counts={"reworded": len(found.edits)}, suppressed={}, observed_at=at, recorded_at=at,
    )  # fmt: skip
    Edit.objects.bulk_create(_edit(row, position, edit) for position, edit in enumerate(found.edits))
    return row


def _edit(change: Change, position: int, edit: diff.Edit) -> Edit:
    return Edit(
        change=change, position=position, kind=edit.kind.value, before_position=edit.before, after_position=edit.after,
        further={"before": list(edit.further_before), "after": list(edit.further_after)},
        words=[[word.before_start, word.before_end, word.after_start, word.after_end] for word in edit.words],
        significance=edit.significance.value,
        reasons=[{"why": ground.why.value, "detail": ground.detail} for ground in edit.grounds],
    )  # fmt: skip


def person(email: str, *, now: datetime, plan: str = "free") -> User:
    """Return a person with an organization of their own under `plan`; it hangs on the user as `.organization`."""
    user = User.objects.create_user(email, "correct horse battery")
    user.organization = organizations.personal_organization(user=user, now=now)
    if plan != "free":
        Subscription.objects.create(organization=user.organization, plan=plan, source=Payer.MANUAL, created_at=now)
    return user


def key(user: User, *, now: datetime, scope: str = Scope.READ) -> dict[str, str]:
    """Return the headers of a request signed with a new key of the person's organization."""
    _row, plain = api_keys.create(
        organization=user.organization, name="test", scope=Scope(scope), now=now, actor=audit.Actor(user_id=user.pk)
    )
    return {"authorization": f"Bearer {plain}"}
