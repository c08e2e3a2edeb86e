"""The web's way in for gunicorn and other WSGI servers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
os.environ.setdefault("DATABASE_ROLE", "app")  # pages see one organization, or none

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from conductatlas import local, warming

if settings.EMBEDDED:
    local.ensure_running(settings.VAR)
application = get_wsgi_application()
warming.warm()
