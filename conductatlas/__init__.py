"""Wiring only: settings, URLs, the Celery application, the embedded servers and the supervisor."""
