"""The Celery application. Tasks are a doorbell: what is to be done is a row in PostgreSQL."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")

app = Celery("conductatlas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_logging(**_: object) -> None:
    """Keep Django's LOGGING; Celery would replace it."""


@worker_process_init.connect
def relax_the_collector(**_: object) -> None:
    from conductatlas import collector

    collector.relax()


@app.on_configure.connect
def join_embedded_servers(**_: object) -> None:
    from django.conf import settings

    from conductatlas import local

    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
