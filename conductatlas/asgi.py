"""The web's way in for ASGI servers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
os.environ.setdefault("DATABASE_ROLE", "app")  # pages see one organization, or none

from django.conf import settings
from django.core.asgi import get_asgi_application

from conductatlas import local, warming

if settings.EMBEDDED:
    local.ensure_running(settings.VAR)
application = get_asgi_application()
warming.warm()
