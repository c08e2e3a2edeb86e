"""All addresses. They end with a slash but /healthz and /readyz."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accounts.admin import AuthenticatorAdmin
from conductatlas import health

admin.site.site_header = admin.site.site_title = _("ConductAtlas, the records")
admin.site.index_title = _("What there is")
admin.site.enable_nav_sidebar = False  # the first page says the same, and lists need the room
# Roles belong to organizations, providers to the environment, sessions to those whose they are; and nobody reads a secret.
for unused in (Group, SocialApp, SocialToken, UserSession, Authenticator):
    admin.site.unregister(unused)
admin.site.register(Authenticator, AuthenticatorAdmin)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("monitoring.urls")),  # first, since most are asked for here
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("accounts/", include("allauth.urls")),
    path("operators/", admin.site.urls),
]
