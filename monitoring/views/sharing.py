"""What machines ask first: which pages there are, and which they may read."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from monitoring import today
from monitoring.models import Change, Document, Platform, Provision, Version

PLAIN = ("home", "platforms", "changes", "timeline", "provision_types", "regulations", "compare", "coverage", "methodology",
         "corrections", "crawler", "about", "contact", "terms", "privacy", "attributions", "api")  # fmt: skip
KEPT_OUT = ("/accounts/", "/settings/", "/operators/", "/watchlist/", "/dashboard/", "/inbox/", "/channels/", "/accepted/",
            "/review/", "/mailbox/", "/preferences/", "/unsubscribe/", "/search/")  # fmt: skip


class Counted(Paginator):
    """Pages of a section, of which there may be many: how many is counted now and then, not for each visit."""

    def __init__(self, section: str, rows: Any, limit: int) -> None:
        super().__init__(rows, limit)
        self.section = section

    @cached_property
    def count(self) -> int:
        return today.addresses(self.section, lambda: Paginator(self.object_list, self.per_page).count)


class Listed(Sitemap):
    """A part of the sitemap, 1,000 addresses a file."""

    limit = 1000

    @property
    def paginator(self) -> Counted:
        return Counted(type(self).__name__, self.items(), self.limit)

    def get_latest_lastmod(self) -> datetime | None:
        """None: the index would read every row for a day that changes with every poll."""
        return None

    @property
    def protocol(self) -> str:  # type: ignore[override]
        return settings.SITE_URL.partition(":")[0]


class Pages(Listed):
    def items(self) -> tuple[str, ...]:
        return PLAIN

    def location(self, item: Any) -> str:
        return reverse(f"monitoring:{item}")


class Platforms(Listed):
    def items(self) -> QuerySet[Platform]:
        return Platform.objects.current().order_by("pk")


class Documents(Listed):
    def items(self) -> QuerySet[Document]:
        rows = Document.objects.current().filter(organization=None).with_platform()
        latest = Version.objects.filter(document=OuterRef("pk")).newest_first().values("observed_at")[:1]
        return rows.annotate(read_at=Subquery(latest)).order_by("pk")

    def lastmod(self, item: Any) -> datetime | None:
        return item.read_at


class Changes(Listed):
    def items(self) -> QuerySet[Change]:
        rows = Change.objects.filter(document__organization=None, document__retired_at=None)
        return rows.only("pk", "recorded_at").order_by("pk")

    def lastmod(self, item: Any) -> datetime:
        return item.recorded_at


class Provisions(Listed):
    def items(self) -> QuerySet[Provision]:
        return Provision.objects.filter(document__retired_at=None).with_document().order_by("pk")


SITEMAPS = {
    "pages": Pages,
    "platforms": Platforms,
    "documents": Documents,
    "changes": Changes,
    "provisions": Provisions,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in KEPT_OUT),
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
