"""Makes the Celery application the current one wherever Django runs, so that tasks can be called from anywhere."""

from django.apps import AppConfig


class ConductAtlasConfig(AppConfig):
    name = "conductatlas"
    verbose_name = "ConductAtlas"

    def ready(self) -> None:
        from conductatlas import celery  # noqa: F401
