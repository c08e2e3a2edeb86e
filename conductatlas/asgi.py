"""The web's way in for ASGI servers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")

from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402

from conductatlas import local  # noqa: E402

if settings.EMBEDDED:
    local.ensure_running(settings.VAR)
application = get_asgi_application()
