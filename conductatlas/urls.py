"""All addresses. They end with a slash but /healthz and /readyz."""

from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from conductatlas import health

admin.site.site_header = admin.site.site_title = _("ConductAtlas, the records")
admin.site.index_title = _("What there is")

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("accounts/", include("allauth.urls")),
    path("operators/", admin.site.urls),
    path("", include("monitoring.urls")),
]
