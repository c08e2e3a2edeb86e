"""The notice that every payload of analysis carries, with the way to the methodology."""

from django.conf import settings

NOTICE = (
    "Describes what the archived documents state, permit or reserve. Not legal advice and not a finding on "
    "enforceability. Not affiliated with, endorsed by or sponsored by any platform."
)


def notice() -> dict[str, str]:
    """Return what every payload of analysis carries."""
    return {"text": NOTICE, "methodology": f"{settings.SITE_URL}/methodology/"}
