"""The addresses of our own account pages; sign-up and sign-in are django-allauth's, under /accounts/."""

from django.urls import path

from accounts.views import api_keys, appearance, organization

app_name = "accounts"

urlpatterns = [
    path("settings/api-keys/", api_keys.keys, name="api_keys"),
    path("settings/api-keys/<int:key_id>/revoke/", api_keys.revoke, name="api_key_revoke"),
    path("settings/organization/", organization.organization, name="organization"),
    path("organization/start/", organization.start, name="organization_start"),
    path("organization/<int:organization_id>/switch/", organization.switch, name="organization_switch"),
    path("theme/", appearance.choose, name="theme"),
]
