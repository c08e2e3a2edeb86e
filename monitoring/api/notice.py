"""The notice of `monitoring.notice`, where the API has always found it."""

from monitoring.notice import notice

__all__ = ["notice"]
