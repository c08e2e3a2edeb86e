"""Operators' view of people and organizations."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import ApiKey, AuditEvent, Membership, Organization, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "name", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("email", "created_at", "last_login")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "created_at", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never: who goes is erased by its own operation, with all that is to go."""
        return False


class ReadOnly:
    """Rows that are shown, and written only by their own operations."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class MembershipInline(ReadOnly, admin.StackedInline):
    """Who belongs to an organization. Its owners give roles, on its own pages, into its trail."""

    model = Membership


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "is_personal", "created_at")
    search_fields = ("name", "slug", "memberships__user__email")
    readonly_fields = ("is_personal", "created_by", "created_at", "closes_at")
    inlines = (MembershipInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never: an organization is closed by its own operation."""
        return False


class AuthenticatorAdmin(admin.ModelAdmin):
    """Second factors, without their secrets. Taken away for who has lost one, after asking who asks."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    exclude = ("data",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "prefix", "organization", "scope", "created_at", "expires_at", "revoked_at", "last_used_at")
    search_fields = ("name", "prefix", "organization__slug")
    exclude = ("digest",)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "organization", "verb", "actor", "api_key", "target_kind", "target_id", "address")
    list_select_related = ("organization", "actor", "api_key")
    search_fields = ("verb", "organization__slug")
    date_hierarchy = "at"
