"""The addresses of the API. The schema is public; everything under v1/ needs a key."""

from typing import Any

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularYAMLAPIView

from monitoring.api import (
    acceptances,
    archive,
    channels,
    events,
    problems,
    provisions,
    requesting,
    reviews,
    searching,
    watching,
)

OPEN: dict[str, Any] = {"authentication_classes": [], "permission_classes": [], "throttle_classes": []}

v1 = [
    path("platforms/", archive.Platforms.as_view(), name="platforms"),
    path("platforms/<slug:slug>/", archive.OnePlatform.as_view(), name="platform"),
    path("documents/", archive.Documents.as_view(), name="documents"),
    path("documents/<int:pk>/", archive.OneDocument.as_view(), name="document"),
    path("documents/<int:pk>/timeline/", events.DocumentTimeline.as_view(), name="document_timeline"),
    path("documents/<int:pk>/versions/", archive.Versions.as_view(), name="versions"),
    path("versions/<int:pk>/", archive.OneVersion.as_view(), name="version"),
    path("changes/", archive.Changes.as_view(), name="changes"),
    path("changes/<int:pk>/", archive.OneChange.as_view(), name="change"),
    path("search/", searching.Search.as_view(), name="search"),
    path("provisions/", provisions.Provisions.as_view(), name="provisions"),
    path("provisions/<int:pk>/", provisions.OneProvision.as_view(), name="provision"),
    path("taxonomy/", provisions.Taxonomy.as_view(), name="taxonomy"),
    path("regulations/", provisions.Regulations.as_view(), name="regulations"),
    path("timeline/", events.Timeline.as_view(), name="timeline"),
    path("watchlists/", watching.Watchlists.as_view(), name="watchlists"),
    path("watchlists/<int:pk>/", watching.OneWatchlist.as_view(), name="watchlist"),
    path("watchlists/<int:pk>/timeline/", events.WatchlistTimeline.as_view(), name="watchlist_timeline"),
    path("watchlists/<int:pk>/rehearsal/", watching.Rehearsal.as_view(), name="watches_rehearsal"),
    path("watchlists/<int:pk>/watches/", watching.Watches.as_view(), name="watches"),
    path("watchlists/<int:pk>/watches/<int:watch_id>/", watching.OneWatch.as_view(), name="watch"),
    path("acceptances/", acceptances.Acceptances.as_view(), name="acceptances"),
    path("acceptances/<int:pk>/", acceptances.OneAcceptance.as_view(), name="acceptance"),
    path("reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("reviews/<int:change_id>/", reviews.OneReview.as_view(), name="review"),
    path("requests/", requesting.Requests.as_view(), name="requests"),
    path("requests/<int:pk>/vote/", requesting.Vote.as_view(), name="request_vote"),
    path("channels/", channels.Channels.as_view(), name="channels"),
    path("channels/<int:pk>/", channels.OneChannel.as_view(), name="channel"),
    path("channels/<int:pk>/test/", channels.TestChannel.as_view(), name="channel_test"),
    path("channels/<int:pk>/rotate/", channels.RotateChannel.as_view(), name="channel_rotate"),
    path("channels/<int:pk>/deliveries/", channels.Deliveries.as_view(), name="channel_deliveries"),
    path(
        "channels/<int:pk>/deliveries/<int:delivery_id>/again/", channels.DeliverAgain.as_view(), name="delivery_again"
    ),
]
urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(**OPEN), name="schema"),
    path("schema.yaml/", SpectacularYAMLAPIView.as_view(**OPEN), name="schema_yaml"),
    path("v1/", include((v1, "v1"))),
    re_path(r"^v1/[\s\S]*/$", problems.NoSuchAddress.as_view(**OPEN), name="no_such_address"),
]
