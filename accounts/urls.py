"""The addresses of our own account pages; sign-up and sign-in are django-allauth's, under /accounts/."""

from django.urls import path

from accounts.views import api_keys, appearance, invitations, leaving, organization, people, sessions, trail

app_name = "accounts"

urlpatterns = [
    path("settings/api-keys/", api_keys.keys, name="api_keys"),
    path("settings/api-keys/<int:key_id>/revoke/", api_keys.revoke, name="api_key_revoke"),
    path("settings/api-keys/<int:key_id>/rotate/", api_keys.rotate, name="api_key_rotate"),
    path("settings/organization/", organization.organization, name="organization"),
    path("settings/organization/new/", organization.new, name="organization_new"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<int:membership_id>/role/", people.set_role, name="member_role"),
    path("settings/people/<int:membership_id>/remove/", people.remove, name="member_remove"),
    path("settings/people/invitations/<int:invitation_id>/again/", people.send_again, name="invitation_again"),
    path("settings/people/invitations/<int:invitation_id>/revoke/", people.revoke, name="invitation_revoke"),
    path("settings/trail/", trail.trail, name="trail"),
    path("settings/trail/csv/", trail.as_csv, name="trail_csv"),
    path("settings/trail/json/", trail.as_json, name="trail_json"),
    path("settings/sessions/<int:session_id>/end/", sessions.end, name="session_end"),
    path("settings/leaving/", leaving.page, name="leaving"),
    path("settings/leaving/membership/", leaving.leave, name="leave"),
    path("settings/leaving/transfer/", leaving.offer_transfer, name="transfer"),
    path("settings/leaving/transfer/accept/", leaving.accept_transfer, name="transfer_accept"),
    path("settings/leaving/transfer/end/", leaving.end_transfer, name="transfer_end"),
    path("settings/leaving/organization/export/", leaving.export_organization, name="organization_export"),
    path("settings/leaving/organization/close/", leaving.close_organization, name="organization_close"),
    path("settings/leaving/organization/keep/", leaving.keep_organization, name="organization_keep"),
    path("settings/leaving/account/export/", leaving.export_account, name="account_export"),
    path("settings/leaving/account/close/", leaving.close_account, name="account_close"),
    path("settings/leaving/account/keep/", leaving.keep_account, name="account_keep"),
    path("organization/start/", organization.start, name="organization_start"),
    path("organization/<int:organization_id>/switch/", organization.switch, name="organization_switch"),
    path("invitations/<int:organization_id>/<str:secret>/", invitations.invitation, name="invitation"),
    path("theme/", appearance.choose, name="theme"),
]
