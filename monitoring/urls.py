"""The addresses of monitoring: pages and API."""

from django.urls import URLPattern, URLResolver, include, path

from monitoring.views import (
    changes,
    choice,
    coverage,
    documents,
    home,
    inbox,
    information,
    mailbox,
    platforms,
    requests,
    styleguide,
    timeline,
    watchlist,
)
from monitoring.views.review import held, proposals, rules
from monitoring.views.review import requests as review_requests

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
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("watchlist/", watchlist.watchlist, name="watchlist"),
    path("watchlist/choose/", choice.choice, name="watchlist_choose"),
    path("watchlist/<int:watch_id>/move/", watchlist.move, name="watch_move"),
    path("watchlist/<int:watch_id>/significance/", watchlist.set_significance, name="watch_significance"),
    path("watchlist/<int:watch_id>/remove/", watchlist.remove, name="watch_remove"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/csv/", inbox.as_csv, name="inbox_csv"),
    path("inbox/json/", inbox.as_json, name="inbox_json"),
    path("inbox/<int:change_id>/", inbox.review, name="review"),
    path("review/", held.queue, name="review_held"),
    path("review/held/<int:document_id>/", held.text, name="review_held_text"),
    path("review/rules/", rules.rules, name="review_rules"),
    path("review/rules/<int:rule_id>/approve/", rules.approve, name="review_rule_approve"),
    path("review/rules/<int:rule_id>/revoke/", rules.revoke, name="review_rule_revoke"),
    path("review/noise/<int:change_id>/", rules.mark, name="review_mark"),
    path("review/proposals/", proposals.proposals, name="review_proposals"),
    path("review/proposals/<int:proposal_id>/", proposals.decide, name="review_proposal"),
    path("review/requests/", review_requests.queue, name="review_requests"),
    path("review/requests/<int:request_id>/", review_requests.answer, name="review_request"),
    path("requests/", requests.queue, name="requests"),
    path("requests/<int:request_id>/vote/", requests.vote, name="request_vote"),
    path("mailbox/", mailbox.mails, name="mailbox"),
    path("mailbox/<slug:name>/", mailbox.mail, name="mail"),
    path("mailbox/<slug:name>/html/", mailbox.html, name="mail_html"),
    path("api/", information.api, name="api"),
    path("api/problems/", information.problems, name="problems"),
    path("api/", include("monitoring.api.urls")),
]
