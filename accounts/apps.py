"""The Django app of people and organizations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("people and organizations")

    def ready(self) -> None:
        from accounts.api import schema  # noqa: F401  (tells the API schema how a key is presented)
