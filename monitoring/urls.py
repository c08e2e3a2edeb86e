"""The addresses of monitoring: pages and API."""

from django.urls import URLPattern, URLResolver, include, path

from monitoring.views import changes, coverage, documents, home, information, mailbox, platforms, timeline, watchlist

app_name = "monitoring"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("platforms/", platforms.platforms, name="platforms"),
    path("platforms/<slug:platform_slug>/", platforms.platform, name="platform"),
    path("platforms/<slug:platform_slug>/<slug:document_slug>/", documents.document, name="document"),
    path(
        "platforms/<slug:platform_slug>/<slug:document_slug>/versions/<int:sequence>/",
        documents.version,
        name="version",
    ),
    path("changes/", changes.changes, name="changes"),
    path("changes/<int:change_id>/", changes.change, name="change"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("methodology/", information.methodology, name="methodology"),
    path("crawler/", information.crawler, name="crawler"),
    path("watchlist/", watchlist.watchlist, name="watchlist"),
    path("watchlist/<int:watch_id>/move/", watchlist.move, name="watch_move"),
    path("watchlist/<int:watch_id>/significance/", watchlist.set_significance, name="watch_significance"),
    path("watchlist/<int:watch_id>/remove/", watchlist.remove, name="watch_remove"),
    path("mailbox/", mailbox.mails, name="mailbox"),
    path("mailbox/<slug:name>/", mailbox.mail, name="mail"),
    path("api/", information.api, name="api"),
    path("api/problems/", information.problems, name="problems"),
    path("api/", include("monitoring.api.urls")),
]
