"""A small world for tests: declared platforms, captures fed through the real pipeline, and Alice, Bob and Charlie."""

from datetime import timedelta
from pathlib import Path

from accounts import organizations, people
from accounts.models import Role
from monitoring import fetch, pipeline, watchlists
from monitoring.archive import captures
from monitoring.archive import catalog as records
from monitoring.catalog import DocumentDeclaration, PlatformDeclaration, SourceDeclaration
from monitoring.models import Source

CLAUSES = {
    "1. Acceptance": "By using the service you accept these terms and agree to follow every rule that they contain.",
    "2. Your content": "You keep all rights in the content that you submit. We do not use your content to train our models.",
    "3. Retention": "We keep your conversations for 30 days and delete them afterwards, unless the law requires otherwise.",
    "4. Conduct": "You must not use the service to break the law, to harm others or to interfere with its operation.",
    "5. Liability": "Our total liability is limited to the fees that you paid in the twelve months before the claim arose.",
    "6. Termination": "You may close your account at any time. We may suspend it with thirty days of notice in writing.",
    "7. Governing law": "These terms are governed by the laws of Ireland and disputes are heard by the courts of Dublin.",
}


def terms(chrome="", **changed):
    """Return a page of terms; `changed` replaces the text of clauses by their number: terms(c3="…")."""
    texts = dict(zip(CLAUSES, CLAUSES.values(), strict=True))
    for key, text in changed.items():
        heading = next(name for name in CLAUSES if name.startswith(f"{key[1:]}."))
        texts[heading] = text
    body = "".join(f"<h2>{heading}</h2><p>{text}</p>" for heading, text in texts.items())
    main = f"<main><h1>Terms of Service</h1>{body}</main>"
    return f"<html lang=en><head><title>Terms</title></head><body>{chrome}{main}</body></html>".encode()


def declare(*platforms, url="https://{slug}.example/terms", select=("main",), now, parts=1):
    """Declare platforms by slug with one document each and return their sources by slug (lists when parts > 1)."""
    records.sync(
        [
            PlatformDeclaration(
                slug=slug, name=slug.title(), vendor="", home_page="", legal_hub="", category="", path=Path(),
                documents=(
                    DocumentDeclaration(
                        terms_type="terms_of_service", name="Terms of Service", region="", language="en", audience="",
                        sources=tuple(
                            SourceDeclaration(url=url.format(slug=slug) + (f"?part={n}" if n else ""), select=tuple(select))
                            for n in range(parts)
                        ),
                    ),
                ),
            )
            for slug in platforms
        ],
        now=now,
    )  # fmt: skip
    rows = Source.objects.current().select_related("document__platform", "schedule")
    found = {slug: [row for row in rows if row.document.platform.slug == slug] for slug in platforms}
    return found if parts > 1 else {slug: sources[0] for slug, sources in found.items()}


def answer(body, *, content_type="text/html; charset=utf-8", url="https://a.example/terms", **fields):
    defaults = {
        "status": 200, "charset": "utf-8", "etag": "", "last_modified": "", "evidence": fetch.Evidence(),
        "is_not_modified": False, "duration_seconds": 0.1,
    }  # fmt: skip
    return fetch.Response(body=body, content_type=content_type, url=url, **(defaults | fields))


def capture(source, body, *, at):
    """Record one capture of `source` without reading it; `body` may be bytes, a Response or a FetchError."""
    source = Source.objects.select_related("schedule", "document__platform").get(pk=source.pk)
    got = answer(body) if isinstance(body, bytes) else body
    captures.record([captures.Capture(source, at, got)], now=at)


def serve(source, body, *, at):
    """Record one capture and read what waits; return the reading (None when nothing had to be read) and the change."""
    capture(source, body, at=at)
    readings, changes = pipeline.read(now=at)
    return (readings[0] if readings else None), (changes[0] if changes else None)


def serve_again(source, body, *, at):
    """Serve a text that stood before, which screening holds; an operator publishes it. Return the change it makes."""
    from monitoring.models import Decision, Screening

    reading, change = serve(source, body, at=at)
    if change is None:
        assert reading.verdict.outcome == "held"
        held = Screening.objects.latest("id")
        Decision.objects.create(
            document=source.document, screening=held, digest=held.digest, outcome="publish", decided_at=at
        )
        _reading, change = serve(source, body.replace(b"<body>", b"<body><!-- again -->"), at=at + HOUR)
    return change


def person(name, *, now, plan=None):
    """Return a person with a personal organization on `plan`."""
    from billing import plans, subscriptions

    user = people.register(email=f"{name}@{name}.example", password="correct horse battery", now=now, name=name.title())
    if plan:
        subscriptions.grant(organization=organization_of(user), plan=plans.named(plan), now=now)
    return user


def organization_of(user):
    return user.memberships.get(organization__is_personal=True).organization


def team(owner, member, *, role=Role.ANALYST, now):
    """Put `member` into the personal organization of `owner`."""
    from accounts import audit

    organizations.add_member(
        organization=organization_of(owner), user=member, role=role, seats=None, now=now, actor=audit.SYSTEM
    )


def watch(user, source, *, now, **options):
    """Let the user's organization watch the platform of `source`."""
    watchlist = watchlists.default_watchlist(organization=organization_of(user), now=now)
    return watchlists.watch(watchlist=watchlist, platform=source.document.platform, user=user, now=now, **options)


HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
