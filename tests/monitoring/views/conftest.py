"""The fixtures of both faces."""

from tests.monitoring.faces import alice, change, charlie, document, now, own_cache, signed_in, source  # noqa: F401
