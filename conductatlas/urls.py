"""All addresses. They end with a slash but /healthz and /readyz."""

from django.contrib import admin
from django.urls import include, path

from conductatlas import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("accounts/", include("allauth.urls")),
    path("operators/", admin.site.urls),
    path("", include("monitoring.urls")),
]
