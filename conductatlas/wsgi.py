"""The web's way in for gunicorn and other WSGI servers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from conductatlas import local  # noqa: E402

if settings.EMBEDDED:
    local.ensure_running(settings.VAR)
application = get_wsgi_application()
