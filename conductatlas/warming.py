"""What the first visitors of a process would wait for, done before they come."""

import gc

from django.urls import reverse

from monitoring import knowledge


def warm() -> None:
    """Import every page, read the taxonomy and the library, and take all that out of the collector's rounds.

    None of it ever goes away. Looking through it again finds nothing and holds a request up for a tenth of a second.
    """
    reverse("monitoring:home")
    knowledge.taxonomy()
    knowledge.library()
    gc.collect()
    gc.freeze()
